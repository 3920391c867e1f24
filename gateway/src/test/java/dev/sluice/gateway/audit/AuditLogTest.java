package dev.sluice.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.gateway.v1.CheckGroundingRequest;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GroundingServiceGrpc;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.gateway.v1.UpsertDocumentsResponse.Result;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What is written, where, and what happens while it cannot be. */
@Timeout(120)
class AuditLogTest {

  private static final Instant NOW = Instant.parse("2026-11-28T08:00:00Z");

  @TempDir private Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong clock = new AtomicLong();

  private static AuditLine line(String document) {
    return line(NOW, document);
  }

  private static AuditLine line(Instant time, String document) {
    return new AuditLine(
        time, "acme", "ci", "S/Do", Subject.document("c", document), "", "v1", "OK", "");
  }

  private double lines(String outcome) {
    return registry.get(AuditMetrics.LINES).tag("outcome", outcome).counter().count();
  }

  /** Has no room while it is full. */
  private static final class Disk implements AuditTarget {
    private final List<String> written = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean full;

    @Override
    public void append(byte[] lines) throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
      new String(lines, StandardCharsets.UTF_8).lines().forEach(written::add);
    }

    @Override
    public void close() {}
  }

  @Test
  void aLineIsAnObjectOfWhatIsKnown() throws IOException {
    Path file = folder.resolve("audit.jsonl");
    try (var log = new AuditLog(new AuditFile(file), clock::get, registry)) {
      log.record(line("a\"\nb"));
    }
    // A line break is no part of an id: such a one is not written down.
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"time\":\"2026-11-28T08:00:00Z\",\"tenant\":\"acme\",\"principal\":\"ci\","
                + "\"method\":\"S/Do\",\"collection\":\"c\",\"version\":\"v1\",\"code\":\"OK\"}\n");
  }

  @Test
  void whatWasThereStaysAndARenamedFileIsBegunAnew() throws IOException {
    Path file = folder.resolve("audit.jsonl");
    Files.writeString(file, "before\n");
    try (var log = new AuditLog(new AuditFile(file), clock::get, registry)) {
      log.record(line("a"));
      Path old = folder.resolve("audit.jsonl.1");
      Files.move(file, old);
      log.record(line("b"));
      assertThat(Files.readAllLines(old)).hasSize(2).first().isEqualTo("before");
      assertThat(Files.readString(file)).contains("\"document\":\"b\"");
      Files.delete(file);
      log.record(line("c"));
      assertThat(Files.readString(file)).contains("\"document\":\"c\"");
    }
  }

  @Test
  void whatWaitsIsWrittenBeforeTheLogCloses() throws IOException {
    Path file = folder.resolve("audit.jsonl");
    try (var log = new AuditLog(new AuditFile(file), clock::get, registry)) {
      for (int i = 0; i < 2000; i++) {
        log.note(line("d" + i));
      }
    }
    assertThat(Files.readAllLines(file)).hasSize(2000);
  }

  @Test
  void aChangeThatCannotBeWrittenIsNotAcknowledgedAndNoneIsBegun() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      log.record(line("a"));
      disk.full = true;
      assertThatThrownBy(() -> log.record(line("b")))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("audit log");
      assertThatThrownBy(() -> log.requireWritable(NOW)).isInstanceOf(Unavailable.class);
      disk.full = false;
      assertThatThrownBy(() -> log.requireWritable(NOW))
          .as("it is tried once a second")
          .isInstanceOf(Unavailable.class);
      var _ = clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
      log.requireWritable(NOW);
      log.record(line("c"));
    }
    assertThat(disk.written).hasSize(4);
    assertThat(disk.written.get(1)).as("made, though not acknowledged").contains("\"b\"");
    assertThat(disk.written.get(2)).as("once, however often it was tried").contains("LOG_RESUMED");
    assertThat(disk.written.get(3)).contains("\"c\"");
  }

  private static UpsertDocumentsResponse created(String version) {
    return UpsertDocumentsResponse.newBuilder()
        .setResult(Result.CREATED)
        .setVersion(version)
        .build();
  }

  @Test
  void everyDocumentOfAStreamIsWrittenAlsoAfterTheDiskTurnedFullAndTheStreamEnded() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      CallTrail trail = trail(log, DocumentServiceGrpc.getUpsertDocumentsMethod());
      trail.request(UpsertDocumentsRequest.newBuilder().setCollection("books").build());
      trail
          .in(Context.ROOT)
          .run(() -> {
            disk.full = true;
            for (String document : List.of("a", "b")) {
              assertThatThrownBy(() -> CallTrail.stored(document, created("v1")))
                  .isInstanceOf(Unavailable.class);
            }
            trail.end(Code.UNAVAILABLE);
            assertThatThrownBy(() -> CallTrail.stored("c", created("v1")))
                .isInstanceOf(Unavailable.class);
            assertThatThrownBy(CallTrail::requireWritable).isInstanceOf(Unavailable.class);
            disk.full = false;
            CallTrail.stored("d", created("v2"));
          });
    }
    assertThat(disk.written)
        .filteredOn(line -> line.contains("CREATED"))
        .hasSize(4)
        .allMatch(line -> line.contains("\"collection\":\"books\""))
        .extracting(line -> line.replaceAll(".*\"document\":\"(.)\".*", "$1"))
        .containsExactly("a", "b", "c", "d");
  }

  private static CallTrail trail(AuditLog log, MethodDescriptor<?, ?> method) {
    return new CallTrail(log, InstantSource.fixed(NOW), method.getFullMethodName(), "");
  }

  @Test
  void anAcknowledgementSaysNothingThatWasNotWrittenWhenTheDocumentWasStored() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      CallTrail trail = trail(log, DocumentServiceGrpc.getUpsertDocumentsMethod());
      trail.in(Context.ROOT).run(() -> CallTrail.stored("a", created("v1")));
      trail.response(created("v1").toBuilder().setDocumentId("a").build());
      trail.end(Code.OK);
    }
    assertThat(disk.written).hasSize(2).filteredOn(line -> line.contains("\"a\"")).hasSize(1);
  }

  /** Takes no lines until it is let. */
  private static final class StuckDisk implements AuditTarget {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private final AtomicInteger lines = new AtomicInteger();

    @Override
    public void append(byte[] written) {
      reached.countDown();
      try {
        free.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      var _ = lines.addAndGet((int) new String(written, StandardCharsets.UTF_8).lines().count());
    }

    @Override
    public void close() {}
  }

  @Test
  void noLineOfAChangeIsLostWhereManyComeAtOnce() {
    int many = 12_000; // more than may wait
    StuckDisk disk = new StuckDisk();
    List<Thread> calls = new ArrayList<>();
    var log = new AuditLog(disk, clock::get, registry);
    try (log) {
      for (int i = 0; i < many; i++) {
        AuditLine line = line("d" + i);
        calls.add(Thread.startVirtualThread(() -> log.record(line)));
      }
      while (calls.stream().anyMatch(call -> !isWaiting(call))) {
        Thread.onSpinWait();
      }
      disk.free.countDown();
      for (Thread call : calls) {
        call.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(disk.lines).hasValue(many);
    assertThat(lines("failed")).isZero();
  }

  /** A deletion that the log let begin. */
  private CallTrail begunDeletion(AuditLog log) {
    CallTrail trail = trail(log, DocumentServiceGrpc.getDeleteDocumentMethod());
    trail.request(
        DeleteDocumentRequest.newBuilder().setCollection("books").setDocumentId("a").build());
    trail
        .in(Context.ROOT)
        .run(() -> {
          CallTrail.calls(Caller.ANONYMOUS);
          CallTrail.requireWritable();
        });
    return trail;
  }

  private static void assertCannotBeWritten(AuditLog log, String document) {
    assertThatThrownBy(() -> log.record(line(document))).isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED", "CANCELLED", "UNKNOWN"})
  void aChangeThatMayHaveBeenMadeIsWrittenAlsoAfterTheDiskTurnedFull(Code code) {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      CallTrail trail = begunDeletion(log);
      disk.full = true;
      trail.end(code);
      assertCannotBeWritten(log, "b");
      disk.full = false;
      log.record(line("c"));
    }
    assertThat(disk.written).hasSize(3);
    assertThat(disk.written.getFirst()).contains("\"document\":\"a\"", code.name());
  }

  @Test
  void aDocumentThatMayHaveBeenStoredIsWrittenAlsoAfterTheDiskTurnedFull() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      CallTrail trail = begunDeletion(log);
      disk.full = true;
      trail.in(Context.ROOT).run(() -> CallTrail.failed("d1", new DeadlineExceeded("late")));
      assertCannotBeWritten(log, "b");
      disk.full = false;
      log.record(line("c"));
    }
    assertThat(disk.written).hasSize(3);
    assertThat(disk.written.getFirst()).contains("d1", "DEADLINE_EXCEEDED");
  }

  /** Else a flood of them would leave no room for what was changed. */
  @Test
  void aChangeThatWasNotBegunOrSurelyNotMadeIsNotKept() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      CallTrail refused = begunDeletion(log);
      disk.full = true;
      assertCannotBeWritten(log, "b");
      refused.end(Code.NOT_FOUND);
      CallTrail late = trail(log, DocumentServiceGrpc.getDeleteDocumentMethod());
      late.in(Context.ROOT)
          .run(() -> {
            CallTrail.calls(Caller.ANONYMOUS);
            assertThatThrownBy(CallTrail::requireWritable).isInstanceOf(Unavailable.class);
          });
      late.end(Code.UNAVAILABLE);
      assertCannotBeWritten(log, "c");
      disk.full = false;
      log.record(line("d"));
    }
    assertThat(disk.written).hasSize(3).last().asString().contains("\"left_out\":2");
  }

  @Test
  void aChangeThatMayHaveBeenMadeIsNotLostWhereTooManyLinesWait() throws InterruptedException {
    StuckDisk disk = new StuckDisk();
    double readings;
    try (var log = new AuditLog(disk, clock::get, registry)) {
      CallTrail trail = begunDeletion(log);
      log.note(line("read"));
      disk.reached.await();
      while (lines("failed") == 0) {
        log.note(line("read"));
      }
      readings = lines("failed");
      Thread call = Thread.startVirtualThread(() -> trail.end(Code.UNAVAILABLE));
      while (!isWaiting(call)) {
        Thread.onSpinWait();
      }
      disk.free.countDown();
      call.join();
    }
    assertThat(lines("failed")).isEqualTo(readings);
  }

  @Test
  void whatWasKeptIsTriedOnceMoreWhenTheLogCloses() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      disk.full = true;
      assertCannotBeWritten(log, "a");
      disk.full = false;
    }
    assertThat(disk.written).hasSize(1).first().asString().contains("\"document\":\"a\"");
    assertThat(lines("written")).isEqualTo(1);
  }

  @Test
  void whatIsLostWhenTheLogClosesIsSaidAndCounted() {
    Logger logger = (Logger) LoggerFactory.getLogger(AuditWriter.class);
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    logger.addAppender(said);
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      disk.full = true;
      assertCannotBeWritten(log, "a");
      assertCannotBeWritten(log, "b");
    } finally {
      logger.detachAppender(said);
    }
    assertThat(said.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .last()
        .asString()
        .startsWith("the audit log ends without 2 lines of changes");
    assertThat(lines("failed")).isEqualTo(2);
  }

  private static boolean isWaiting(Thread call) {
    return call.getState() == Thread.State.TIMED_WAITING
        || call.getState() == Thread.State.TERMINATED;
  }

  @Test
  void readingsGoOnAndTheNextLineSaysHowManyAreMissing() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      disk.full = true;
      assertThatThrownBy(() -> log.record(line("change"))).isInstanceOf(Unavailable.class);
      for (int i = 0; i < 5; i++) {
        log.note(line("read"));
      }
      assertThatThrownBy(() -> log.record(line("change"))).isInstanceOf(Unavailable.class);
      disk.full = false;
      log.record(line("last"));
    }
    assertThat(lines("failed")).isEqualTo(5);
    assertThat(disk.written).hasSize(3).last().asString().contains("\"left_out\":5");
  }

  @Test
  void aFloodOfRefusedCallsIsCutAndCounted() {
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      for (int i = 0; i < 1000; i++) {
        log.noteRefused(line("x"));
      }
      log.noteRefused(line(NOW.plusSeconds(1), "later"));
    }
    assertThat(disk.written).hasSize(AuditLog.MOST_REFUSED + 1);
    assertThat(lines("left_out")).isEqualTo(1000.0 - AuditLog.MOST_REFUSED);
  }

  /** Whether it names too many is found out after it was written down. */
  @Test
  void aRequestThatNamesMoreThanItMayLeavesNoMoreLines() {
    var check = CheckGroundingRequest.newBuilder();
    for (int i = 0; i < 5000; i++) {
      check.addDocumentsBuilder().getStoredBuilder().setCollection("books").setDocumentId("d" + i);
    }
    Disk disk = new Disk();
    try (var log = new AuditLog(disk, clock::get, registry)) {
      CallTrail trail = trail(log, GroundingServiceGrpc.getCheckGroundingMethod());
      trail.request(check.build());
      trail.end(Code.INVALID_ARGUMENT);
    }
    assertThat(disk.written).hasSize(100);
  }

  @Test
  void withoutAFileThereIsNoLog() {
    assertThat(AuditLog.open(java.util.Optional.empty(), registry)).isEmpty();
    assertThat(lines("written")).isZero();
  }
}
