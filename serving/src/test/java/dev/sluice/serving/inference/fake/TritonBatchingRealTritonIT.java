package dev.sluice.serving.inference.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.Inference;
import dev.sluice.serving.inference.InferenceClient;
import dev.sluice.serving.inference.IntegerTensor;
import dev.sluice.serving.inference.IntegerType;
import dev.sluice.serving.inference.real.RealTriton;
import dev.sluice.serving.tls.ChannelSecurity;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link TritonBatchingTest} says of {@link TritonBatching}, asked of Triton's own batcher: a
 * model that is held stands for an accelerator that is busy.
 */
@Timeout(120)
class TritonBatchingRealTritonIT {

  @TempDir private static Path folder;
  private static RealTriton triton;
  private static InferenceClient client;

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private int seen;

  @BeforeAll
  static void start() {
    triton = RealTriton.start(folder, "batched", "ragged", "patient", "bounded", "impatient");
    client = new InferenceClient(List.of(triton.target()), ChannelSecurity.NONE);
  }

  @AfterAll
  static void stop() {
    client.close();
    triton.close();
  }

  @AfterEach
  void close() {
    callers.close();
  }

  private void hold(String model) {
    seen = triton.journal(model).size();
    triton.hold(model);
  }

  private Future<?> send(String model, int rows, int columns) {
    var ids =
        IntegerTensor.padded(
            "input_ids", IntegerType.INT64, columns, Collections.nCopies(rows, new long[columns]));
    var inference = new Inference(model, List.of(ids), "logits", List.of((long) rows, 1L));
    return callers.submit(() -> client.infer(0, inference));
  }

  /** Makes the slot busy with one request, then lets as many wait as there are row counts. */
  private void busyThenWaiting(String model, int... rows) throws InterruptedException {
    hold(model);
    var _ = send(model, 1, 8);
    awaitBatches(model, 1);
    for (int i = 0; i < rows.length; i++) {
      var _ = send(model, rows[i], 8);
      awaitPending(model, i + 1);
    }
  }

  private void awaitPending(String model, int calls) throws InterruptedException {
    RealTriton.await(calls + " waiting", () -> triton.pending(model) == calls);
  }

  private void awaitBatches(String model, int count) throws InterruptedException {
    RealTriton.await(count + " batches", () -> batches(model).size() >= count);
  }

  /** Rows of the requests of each batch. */
  private List<String> batches(String model) {
    List<String> journal = triton.journal(model);
    return journal.subList(seen, journal.size());
  }

  private List<String> batchesOnceReleased(String model, int count) throws InterruptedException {
    triton.release(model);
    awaitBatches(model, count);
    awaitPending(model, 0);
    return batches(model);
  }

  @Test
  void aBatchGrowsWhileItWaits() throws Exception {
    busyThenWaiting("batched", 1, 1);
    assertThat(batchesOnceReleased("batched", 2)).containsExactly("batch 1", "batch 1 1");
  }

  @Test
  void aBatchHasAtMostTheRowsOfMaxBatchSizeAndNobodyIsPassed() throws Exception {
    busyThenWaiting("batched", 3, 2, 1);
    assertThat(batchesOnceReleased("batched", 3))
        .as("the last may join, unless the slot was faster")
        .isIn(
            List.of("batch 1", "batch 3", "batch 2 1"),
            List.of("batch 1", "batch 3", "batch 2", "batch 1"));
  }

  @Test
  void anotherShapeEndsABatch() throws Exception {
    busyThenWaiting("batched", 1);
    var _ = send("batched", 1, 16);
    awaitPending("batched", 2);
    var _ = send("batched", 1, 8);
    awaitPending("batched", 3);
    assertThat(batchesOnceReleased("batched", 4)).hasSize(4).containsOnly("batch 1");
  }

  @Test
  void raggedBatchesMixShapes() throws Exception {
    busyThenWaiting("ragged", 1);
    var _ = send("ragged", 1, 16);
    awaitPending("ragged", 2);
    assertThat(batchesOnceReleased("ragged", 2)).containsExactly("batch 1", "batch 1 1");
  }

  @Test
  void aPreferredSizeIsSentAtOnceAndTheRestWaits() throws Exception {
    hold("patient");
    var _ = send("patient", 1, 8);
    awaitPending("patient", 1);
    var _ = send("patient", 1, 8);
    awaitBatches("patient", 1);
    var _ = send("patient", 1, 8);
    awaitPending("patient", 1);
    triton.release("patient");
    var _ = send("patient", 1, 8);
    awaitBatches("patient", 2);
    assertThat(batches("patient")).containsExactly("batch 1 1", "batch 1 1");
  }

  @Test
  void aCallLargerThanEveryPreferredSizeRunsAlone() throws Exception {
    hold("patient");
    var _ = send("patient", 3, 8);
    awaitBatches("patient", 1);
    var _ = send("patient", 3, 8);
    assertThat(batchesOnceReleased("patient", 2)).containsExactly("batch 3", "batch 3");
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    busyThenWaiting("bounded", 1);
    assertThatThrownBy(send("bounded", 1, 8)::get).hasCauseInstanceOf(Failure.Overloaded.class);
    assertThat(batchesOnceReleased("bounded", 2)).hasSize(2);
  }

  @Test
  void aCallThatWaitedTooLongIsRejected() throws Exception {
    busyThenWaiting("impatient");
    assertThatThrownBy(send("impatient", 1, 8)::get)
        .hasCauseInstanceOf(Failure.DeadlineExceeded.class);
    triton.release("impatient");
  }
}
