package dev.sluice.serving.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Look by look; the last test with the thread that looks. */
class WatchedFileTest {

  private static final String BROKEN = "broken";

  private final List<String> taken = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private String held = "first";
  private final WatchedFile<String> watched =
      new WatchedFile<>(held, this::read, this::take, e -> complaints.add(e.getMessage()));

  private String read() throws IOException {
    if (held.isEmpty()) {
      throw new IOException("gone");
    }
    return held;
  }

  private void take(String contents) throws IOException {
    if (contents.startsWith(BROKEN)) {
      throw new IOException(contents);
    }
    taken.add(contents);
  }

  private void look(String... contents) {
    for (String each : contents) {
      held = each;
      watched.look();
    }
  }

  @Test
  void aChangeCountsOnceTwoLooksFoundTheSame() {
    look("first", "first", "a", "b", "c");
    assertThat(taken).isEmpty();
    look("c", "c", "c");
    assertThat(taken).containsExactly("c");
  }

  @Test
  void whatComesBackToWhatIsUsedChangesNothing() {
    look("a", "first", "first");
    assertThat(taken).isEmpty();
  }

  @Test
  void whatIsBrokenIsToldOnceForEachReason() {
    look(BROKEN, BROKEN, BROKEN, BROKEN);
    look(BROKEN + " more", BROKEN + " more", BROKEN + " more");
    assertThat(complaints).containsExactly(BROKEN, BROKEN + " more");
    assertThat(taken).isEmpty();
  }

  @Test
  void whatIsGoneIsToldAgainWhenItWasRightBetween() {
    look("", "", "first", "", "");
    assertThat(complaints).containsExactly("gone", "gone");
    look("a", "a");
    assertThat(taken).containsExactly("a");
  }

  @Test
  @Timeout(20)
  void aLookThatTheEndBrokeOffIsNoComplaint() throws InterruptedException {
    var looking = new CountDownLatch(1);
    var thread = new AtomicReference<Thread>();
    var watching =
        new WatchedFile<>(
            "",
            () -> {
              thread.set(Thread.currentThread());
              looking.countDown();
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
              throw new ClosedByInterruptException();
            },
            contents -> {},
            e -> complaints.add(e.toString()));
    watching.every(Duration.ofMillis(1), "test");
    assertThat(looking.await(10, TimeUnit.SECONDS)).isTrue();
    watching.close();
    assertThat(thread.get().join(Duration.ofSeconds(10))).isTrue();
    assertThat(complaints).isEmpty();
  }

  @Test
  @Timeout(20)
  void theThreadLooksOnThroughAnyFailureUntilItIsClosed() throws InterruptedException {
    var looks = new CountDownLatch(3);
    var thread = new AtomicReference<Thread>();
    var looking =
        new WatchedFile<>(
            "",
            () -> {
              thread.set(Thread.currentThread());
              looks.countDown();
              throw new IllegalStateException("a fault of ours");
            },
            contents -> {},
            e -> {});
    looking.every(Duration.ofMillis(1), "test");
    assertThat(looks.await(10, TimeUnit.SECONDS)).isTrue();
    looking.close();
    assertThat(thread.get().join(Duration.ofSeconds(10))).isTrue();
  }
}
