package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.rerank.PassageReader.Passages;
import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.BatchModel;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is refused before a text is tokenised: up to eight tokens wait, and a word has one. */
@Timeout(60)
final class PassageRoomTest {

  private static final int LIMIT = 4;

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger prepared = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Batcher<Reading, Integer> batcher =
      new Batcher<>("rerank", new Stuck(), new BatchMetrics(new SimpleMeterRegistry(), "test"));
  private final PassageCache cache = new PassageCache(1 << 20);
  private final PassageReader reader = new PassageReader(cache, batcher, this::reading);

  @AfterEach
  void close() {
    mayEnd.countDown();
    batcher.close();
  }

  @Test
  void whatThereIsNoRoomForIsNotPrepared() throws InterruptedException {
    someWait();
    assertThatThrownBy(() -> read("a b c d", "e f g h")).isInstanceOf(Failure.Overloaded.class);
    assertThat(prepared).hasValue(3);
  }

  @Test
  void whatThereMayBeRoomForIs() throws InterruptedException {
    someWait();
    assertThatThrownBy(() -> read("abcd", "efgh")).isInstanceOf(Failure.Overloaded.class);
    assertThat(prepared).hasValue(5);
  }

  @Test
  void ofALongTextOnlyWhatIsReadCounts() throws InterruptedException {
    someWait();
    mayEnd.countDown();
    assertThat(read("a b c d e f g h i").passages()).hasSize(1);
  }

  /** One or two texts of two tokens wait, behind those that the model does not end. */
  private void someWait() throws InterruptedException {
    Thread.ofVirtual().start(() -> read("s1", "s2", "s3"));
    begun.await();
  }

  private Passages read(String... texts) {
    var caller = WaitingCaller.until(Deadline.after(30, TimeUnit.SECONDS));
    return reader.read("default", List.of(texts), LIMIT, List.of(), caller);
  }

  /** As many tokens as the text has characters, of one dimension. */
  private Reading reading(String text, int maxTokens, Consumer<Passage> receiver) {
    prepared.incrementAndGet();
    TokenSequence tokens = Matrices.plain(Math.min(text.length(), maxTokens));
    return new Reading(tokens, rows -> receiver.accept(passage(tokens)));
  }

  private static Passage passage(TokenSequence tokens) {
    return new Passage(TokenMatrix.of(new float[tokens.length()], 1, tokens), new float[1], false);
  }

  /** Reads one text at a time, and ends when it may. */
  private final class Stuck implements BatchModel<Reading, Integer> {

    @Override
    public int tokens(Reading reading) {
      return reading.text().length();
    }

    @Override
    public List<Integer> run(List<Reading> batch, int replica) {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      batch.forEach(reading -> reading.receiver().accept(new float[reading.text().length()]));
      return batch.stream().map(this::tokens).toList();
    }

    @Override
    public BatchLimits limits() {
      return new BatchLimits(1, 1, 1, 512, true, 8);
    }
  }
}
