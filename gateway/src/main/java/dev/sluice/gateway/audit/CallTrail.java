package dev.sluice.gateway.audit;

import com.google.protobuf.Message;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.caller.Caller;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What one call leaves in the log: a line for each document that a stream stores or a filter
 * deletes, and a line at its end for each thing that it names, or one.
 */
public final class CallTrail {

  private static final Context.Key<CallTrail> KEY = Context.key("sluice-audit");

  private final AuditLog log;
  private final InstantSource clock;
  private final String name;
  private final AuditedMethod method;
  private final String traceId;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Caller caller;
  private volatile List<Subject> subjects = List.of();
  private volatile String version = "";

  /**
   * @param name of the method, in full
   * @param traceId empty where the call belongs to no trace
   */
  CallTrail(AuditLog log, InstantSource clock, String name, String traceId) {
    this.log = log;
    this.clock = clock;
    this.name = name;
    this.method = AuditedMethod.of(name);
    this.traceId = traceId;
  }

  /** That of the current call; null where there is no log. */
  static @Nullable CallTrail current() {
    return KEY.get();
  }

  Context in(Context context) {
    return context.withValue(KEY, this);
  }

  /** The current call is this caller's, whatever becomes of it. */
  public static void calls(Caller caller) {
    CallTrail trail = current();
    if (trail != null) {
      trail.caller = caller;
    }
  }

  /** The current call deleted a document without naming it. Returns when that is written. */
  public static void deleted(String document, String version) {
    CallTrail trail = current();
    if (trail != null) {
      Subject subject = trail.first().withDocument(document);
      trail.log.record(trail.line(subject, "DELETED", version, Code.OK.name()));
    }
  }

  /** A change may begin. */
  void requireWritable() {
    if (method.changes()) {
      log.requireWritable(clock.instant());
    }
  }

  void request(Object message) {
    if (subjects.isEmpty() && message instanceof Message request) {
      subjects = method.subjects().apply(request);
    }
  }

  /** A response may be sent when this returns: what it acknowledges is written. */
  void response(Object message) {
    switch (message) {
      case UpsertDocumentsResponse stored -> acknowledged(stored);
      case Document document -> version = document.getVersion();
      default -> {}
    }
    if (method.changes()
        && !(message instanceof UpsertDocumentsResponse)
        && ended.compareAndSet(false, true)) {
      lines(Code.OK.name()).forEach(log::record);
    }
  }

  private void acknowledged(UpsertDocumentsResponse stored) {
    Subject subject = first().withDocument(stored.getDocumentId());
    if (stored.hasError()) {
      String code = Status.fromCodeValue(stored.getError().getCode()).getCode().name();
      log.note(line(subject, "", "", code));
    } else {
      log.record(line(subject, stored.getResult().name(), stored.getVersion(), Code.OK.name()));
    }
  }

  /** The call ended otherwise than by a response that was recorded. Only the first end counts. */
  void end(Code code) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    for (AuditLine line : lines(code.name())) {
      if (isRefusal(code)) {
        log.noteRefused(line);
      } else {
        log.note(line);
      }
    }
  }

  /** Who was never known was refused, whatever the reason. */
  private boolean isRefusal(Code code) {
    return caller == null
        || code == Code.UNAUTHENTICATED
        || code == Code.PERMISSION_DENIED
        || code == Code.RESOURCE_EXHAUSTED;
  }

  private List<AuditLine> lines(String code) {
    List<Subject> named = subjects.isEmpty() ? List.of(Subject.NONE) : subjects;
    return named.stream().map(each -> line(each, "", version, code)).toList();
  }

  private Subject first() {
    return subjects.isEmpty() ? Subject.NONE : subjects.getFirst();
  }

  private AuditLine line(Subject subject, String result, String ofVersion, String code) {
    Caller known = caller;
    return new AuditLine(
        clock.instant(),
        known == null ? "" : known.tenant(),
        known == null ? "" : known.principal(),
        name,
        subject,
        result,
        ofVersion,
        code,
        traceId);
  }
}
