package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.rerank.PassageCache.Claim;
import dev.sluice.rerank.PassageCache.Flight;
import dev.sluice.rerank.PassageReader.Passages;
import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.BatchModel;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PassageReaderTest {

  private static final String BROKEN = "broken";
  private static final int LIMIT = 512;

  private final Deadline deadline = Deadline.after(30, TimeUnit.SECONDS);
  private final CountingEncoder encoder = new CountingEncoder();
  private final Batcher<Reading, Integer> batcher =
      new Batcher<>("rerank", encoder, new BatchMetrics(new SimpleMeterRegistry(), "test"));
  private final PassageCache cache = new PassageCache(1 << 20);
  private final PassageReader reader =
      new PassageReader(cache, batcher, PassageReaderTest::reading);

  @AfterEach
  void close() {
    batcher.close();
  }

  @Test
  void passagesComeInTheOrderOfTheirTexts() {
    read("bb");
    Passages read = read("a", "bb", "ccc", "bb");

    assertThat(read.passages().stream().map(passage -> passage.tokens().rows()))
        .containsExactly(1, 2, 3, 2);
  }

  @Test
  void aWarmPassageCostsNoRun() {
    read("a", "b");
    Passages again = read("b", "a");

    assertThat(encoder.runs).hasValue(2);
    assertThat(again.runs()).isZero();
  }

  @Test
  void aTextThatACallRepeatsIsReadOnce() {
    Passages read = read("a", "b", "a", "a");

    assertThat(encoder.runs).hasValue(2);
    assertThat(read.runs()).isEqualTo(2);
  }

  @Test
  void whatElseACallReadsRunsInTheSameBatches() {
    List<float[]> received = new ArrayList<>();
    Passages read =
        reader.read(
            "default",
            List.of("a"),
            LIMIT,
            List.of(new Reading(Matrices.plain(5), received::add)),
            caller());

    assertThat(received).hasSize(1);
    assertThat(read.runs()).isEqualTo(1);
    assertThat(read.timing().tokens()).isEqualTo(6);
  }

  @Test
  void aFailedCallPoisonsNothing() {
    assertThatThrownBy(() -> read("a", BROKEN)).isInstanceOf(Failure.Internal.class);

    assertThat(cache.flights()).isZero();
    assertThat(read("a").passages()).hasSize(1);
    assertThatThrownBy(() -> read(BROKEN)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void aCallWhoseTimeIsOverReadsNothingAndLeavesNothing() {
    var late = new WaitingCaller(Context.ROOT, Deadline.after(-1, TimeUnit.SECONDS));

    assertThatThrownBy(() -> reader.read("default", List.of("a"), LIMIT, List.of(), late))
        .isInstanceOf(Failure.DeadlineExceeded.class);
    assertThat(encoder.runs).hasValue(0);
    assertThat(cache.flights()).isZero();
  }

  @Test
  void aPassageThatAnotherCallReadsIsAwaitedNotReadAgain() {
    Flight other = lead("a");
    var waiting = new Waiting(() -> read("a"));
    waiting.awaitBlocked();
    other.land(passage(7));

    Passages read = waiting.result();

    assertThat(read.passages().getFirst().tokens().rows()).isEqualTo(7);
    assertThat(read.runs()).isZero();
    assertThat(encoder.runs).hasValue(0);
  }

  @Test
  void aPassageWhoseReaderFailedIsReadByTheOneWhoWaited() {
    Flight other = lead("a");
    var waiting = new Waiting(() -> read("a", "b"));
    waiting.awaitBlocked();
    other.abandon();

    Passages read = waiting.result();

    assertThat(read.passages()).hasSize(2);
    assertThat(read.runs()).isEqualTo(2);
    assertThat(cache.flights()).isZero();
  }

  @Test
  void aWaitingCallThatIsCancelledEndsAndHarmsNoFlight() {
    Flight other = lead("a");
    Context.CancellableContext context = Context.ROOT.withCancellation();
    var waiting = new Waiting(() -> context.call(() -> read("a")));
    waiting.awaitBlocked();
    context.cancel(null);

    assertThatThrownBy(waiting::result).hasCauseInstanceOf(Failure.Cancelled.class);
    assertThat(other.outcome()).isNotDone();
  }

  private Flight lead(String text) {
    return ((Claim.Led) cache.claim(PassageKey.of("default", text, LIMIT), deadline)).flight();
  }

  private Passages read(String... texts) {
    return reader.read("default", List.of(texts), LIMIT, List.of(), caller());
  }

  private WaitingCaller caller() {
    return WaitingCaller.until(deadline);
  }

  /** As many tokens as the text has characters, of one dimension. */
  private static Reading reading(String text, int maxTokens, Consumer<Passage> receiver) {
    TokenSequence tokens = Matrices.plain(text.length());
    return new Reading(
        tokens,
        rows -> {
          if (text.equals(BROKEN)) {
            throw new IllegalStateException("out of memory, say");
          }
          receiver.accept(passage(text.length()));
        });
  }

  private static Passage passage(int rows) {
    return new Passage(
        TokenMatrix.of(new float[rows], 1, Matrices.plain(rows)), new float[1], false);
  }

  /** A call on a thread of its own. */
  private static final class Waiting {

    private interface Call {
      Passages run() throws Exception;
    }

    private final CompletableFuture<Passages> result = new CompletableFuture<>();
    private final Thread thread;

    Waiting(Call call) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  result.complete(call.run());
                } catch (Exception e) {
                  result.completeExceptionally(e);
                }
              });
    }

    void awaitBlocked() {
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        assertThat(result).isNotDone();
        Thread.onSpinWait();
      }
    }

    Passages result() {
      return result.join();
    }
  }

  /** Counts the texts it reads. */
  private static final class CountingEncoder implements BatchModel<Reading, Integer> {

    private final AtomicInteger runs = new AtomicInteger();

    @Override
    public int tokens(Reading reading) {
      return reading.text().length();
    }

    @Override
    public List<Integer> run(List<Reading> batch, int replica) {
      batch.forEach(reading -> {
        runs.incrementAndGet();
        reading.receiver().accept(new float[reading.text().length()]);
      });
      return batch.stream().map(this::tokens).toList();
    }

    @Override
    public BatchLimits limits() {
      return new BatchLimits(1, 2, 1, 512, true, 1 << 20);
    }
  }
}
