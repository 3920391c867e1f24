package dev.sluice.gateway.audit;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.protobuf.Message;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Unavailable;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What one call leaves in the log: a line for each document that a stream stores or a filter
 * deletes, and a line at its end for each thing that it names, or one.
 */
public final class CallTrail {

  private static final Context.Key<CallTrail> KEY = Context.key("sluice-audit");

  /** Ends of a call of which nobody knows whether the store made the change. */
  private static final ImmutableSet<Code> OPEN =
      Sets.immutableEnumSet(
          Code.CANCELLED,
          Code.UNKNOWN,
          Code.DEADLINE_EXCEEDED,
          Code.INTERNAL,
          Code.UNAVAILABLE,
          Code.DATA_LOSS);

  private final AuditLog log;
  private final InstantSource clock;
  private final String name;
  private final AuditedMethod method;
  private final String traceId;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Whether the call was let begin what changes something. */
  private volatile boolean mayChange;

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

  /**
   * Returns where the current call may change something.
   *
   * @throws Unavailable while that could not be written down
   */
  public static void requireWritable() {
    CallTrail trail = current();
    if (trail != null && trail.method.changes()) {
      trail.log.requireWritable(trail.clock.instant());
      trail.mayChange = true;
    }
  }

  /**
   * The current call stored a document of its stream. To be called where that is first known: the
   * acknowledgement may never be sent. Returns when it is written.
   *
   * @throws Unavailable when it is not yet; the document must not be acknowledged then
   */
  public static void stored(String document, UpsertDocumentsResponse outcome) {
    CallTrail trail = current();
    if (trail != null) {
      String result = outcome.getResult().name();
      trail.log.record(trail.ofDocument(document, result, outcome.getVersion(), Code.OK));
    }
  }

  /**
   * The current call deleted documents without naming them. Returns when that is written.
   *
   * @param versions by the documents' ids
   * @throws Unavailable when it is not yet
   */
  public static void deleted(Map<String, String> versions) {
    CallTrail trail = current();
    if (trail != null) {
      List<AuditLine> lines = new ArrayList<>(versions.size());
      versions.forEach((document, version) ->
          lines.add(trail.ofDocument(document, "DELETED", version, Code.OK)));
      trail.log.record(lines);
    }
  }

  /**
   * The current call failed to store or delete one document of several, or nobody knows whether it
   * did. Waits only while too many lines wait.
   */
  public static void failed(String document, Failure reason) {
    CallTrail trail = current();
    if (trail != null) {
      Code code = Status.fromCodeValue(FailureStatus.of(reason).getCode()).getCode();
      trail.note(trail.ofDocument(document, "", "", code), code);
    }
  }

  void request(Object message) {
    if (subjects.isEmpty() && message instanceof Message request) {
      subjects = method.subjects().apply(request);
    }
  }

  /**
   * A response may be sent when this returns: what it acknowledges is written. What became of a
   * document of a stream was written before.
   */
  void response(Object message) {
    if (message instanceof Document document) {
      version = document.getVersion();
    }
    if (method.changes()
        && !(message instanceof UpsertDocumentsResponse)
        && ended.compareAndSet(false, true)) {
      log.record(lines(Code.OK));
    }
  }

  /** The call ended otherwise than by a response that was recorded. Only the first end counts. */
  void end(Code code) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    for (AuditLine line : lines(code)) {
      if (isRefusal(code)) {
        log.noteRefused(line);
      } else {
        note(line, code);
      }
    }
  }

  private void note(AuditLine line, Code code) {
    if (mayChange && OPEN.contains(code)) {
      log.noteLasting(line);
    } else {
      log.note(line);
    }
  }

  /** Who was never known was refused, whatever the reason. */
  private boolean isRefusal(Code code) {
    return caller == null
        || code == Code.UNAUTHENTICATED
        || code == Code.PERMISSION_DENIED
        || code == Code.RESOURCE_EXHAUSTED;
  }

  private List<AuditLine> lines(Code code) {
    List<Subject> named = subjects.isEmpty() ? List.of(Subject.NONE) : subjects;
    return named.stream().map(each -> line(each, "", version, code)).toList();
  }

  /** A document of the collection that the call names. */
  private AuditLine ofDocument(String document, String result, String ofVersion, Code code) {
    Subject collection = subjects.isEmpty() ? Subject.NONE : subjects.getFirst();
    return line(collection.withDocument(document), result, ofVersion, code);
  }

  private AuditLine line(Subject subject, String result, String ofVersion, Code code) {
    Caller known = caller;
    return new AuditLine(
        clock.instant(),
        known == null ? "" : known.tenant(),
        known == null ? "" : known.principal(),
        name,
        subject,
        result,
        ofVersion,
        code.name(),
        traceId);
  }
}
