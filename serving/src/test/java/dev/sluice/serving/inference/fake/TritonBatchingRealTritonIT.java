package dev.sluice.serving.inference.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.Inference;
import dev.sluice.serving.inference.InferenceClient;
import dev.sluice.serving.inference.LongTensor;
import dev.sluice.serving.inference.real.RealTriton;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link TritonBatchingTest} says of {@link TritonBatching}, asked of Triton's own batcher: a
 * model that is held stands for an accelerator that is busy.
 */
@Timeout(120)
class TritonBatchingRealTritonIT {

  @TempDir private Path folder;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private RealTriton triton;
  private InferenceClient client;

  private void start(String model) {
    triton = RealTriton.start(folder, model);
    client = new InferenceClient(List.of(triton.target()));
    triton.hold(model);
  }

  @AfterEach
  void stop() {
    client.close();
    callers.close();
    triton.close();
  }

  private Future<?> send(String model, int rows, int columns) {
    var ids =
        LongTensor.padded("input_ids", columns, Collections.nCopies(rows, new long[columns]));
    var inference = new Inference(model, List.of(ids), "logits", List.of((long) rows, 1L));
    return callers.submit(() -> client.infer(0, inference));
  }

  /** Makes the slot busy with one request, then lets as many wait as there are row counts. */
  private void busyThenWaiting(String model, int... rows) throws InterruptedException {
    var unused = send(model, 1, 8);
    RealTriton.await("a busy slot", () -> triton.count(model, "batch") == 1);
    for (int i = 0; i < rows.length; i++) {
      unused = send(model, rows[i], 8);
      awaitPending(model, i + 1);
    }
  }

  private void awaitPending(String model, int calls) throws InterruptedException {
    RealTriton.await(calls + " waiting", () -> triton.pending(model) == calls);
  }

  private List<String> batches(String model, int count) throws InterruptedException {
    triton.release(model);
    RealTriton.await(count + " batches", () -> triton.count(model, "batch") >= count);
    awaitPending(model, 0);
    return triton.journal(model);
  }

  @Test
  void aBatchGrowsWhileItWaits() throws Exception {
    start("batched");
    busyThenWaiting("batched", 1, 1);
    assertThat(batches("batched", 2)).containsExactly("batch 1", "batch 1 1");
  }

  @Test
  void aBatchHasAtMostTheRowsOfMaxBatchSizeAndNobodyIsPassed() throws Exception {
    start("batched");
    busyThenWaiting("batched", 3, 2, 1);
    assertThat(batches("batched", 3)).containsExactly("batch 1", "batch 3", "batch 2 1");
  }

  @Test
  void anotherShapeEndsABatch() throws Exception {
    start("batched");
    busyThenWaiting("batched", 1);
    var unused = send("batched", 1, 16);
    awaitPending("batched", 2);
    unused = send("batched", 1, 8);
    awaitPending("batched", 3);
    assertThat(batches("batched", 4)).containsOnly("batch 1").hasSize(4);
  }

  @Test
  void raggedBatchesMixShapes() throws Exception {
    start("ragged");
    busyThenWaiting("ragged", 1);
    var unused = send("ragged", 1, 16);
    awaitPending("ragged", 2);
    assertThat(batches("ragged", 2)).containsExactly("batch 1", "batch 1 1");
  }

  @Test
  void aPreferredSizeIsSentAtOnceAndTheRestWaits() throws Exception {
    start("patient");
    var unused = send("patient", 1, 8);
    awaitPending("patient", 1);
    assertThat(triton.journal("patient")).isEmpty();
    unused = send("patient", 1, 8);
    RealTriton.await("a batch", () -> triton.count("patient", "batch") == 1);
    unused = send("patient", 1, 8);
    awaitPending("patient", 1);
    triton.release("patient");
    unused = send("patient", 1, 8);
    assertThat(batches("patient", 2)).containsExactly("batch 1 1", "batch 1 1");
  }

  @Test
  void aCallLargerThanEveryPreferredSizeRunsAlone() throws Exception {
    start("patient");
    var unused = send("patient", 3, 8);
    RealTriton.await("a batch", () -> triton.count("patient", "batch") == 1);
    unused = send("patient", 3, 8);
    assertThat(batches("patient", 2)).containsExactly("batch 3", "batch 3");
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    start("bounded");
    busyThenWaiting("bounded", 1);
    assertThatThrownBy(send("bounded", 1, 8)::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(Failure.Overloaded.class);
    assertThat(batches("bounded", 2)).hasSize(2);
  }

  @Test
  void aCallThatWaitedTooLongIsRejected() throws Exception {
    start("impatient");
    busyThenWaiting("impatient");
    assertThatThrownBy(send("impatient", 1, 8)::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(Failure.DeadlineExceeded.class);
    triton.release("impatient");
  }
}
