package dev.sluice.generate.model;

import com.google.protobuf.util.Durations;
import dev.sluice.serving.batching.BatchTiming;
import dev.sluice.type.v1.StageReport;

/**
 * What a text took.
 *
 * @param gateNanos time that it waited for its start in front of a remote model
 * @param timing where the time of its batches went; {@link BatchTiming#NONE} for a remote model
 * @param preparationNanos time to tokenise the inputs
 * @param inputs documents read
 * @param outputs sentences written
 * @param cacheHits documents of which a cache knew all
 */
public record Effort(
    long gateNanos,
    BatchTiming timing,
    long preparationNanos,
    int inputs,
    int outputs,
    int cacheHits) {

  public static final Effort NONE = new Effort(0, BatchTiming.NONE, 0, 0, 0, 0);

  /** The same with more batches run and something written. */
  public Effort with(BatchTiming more, int written) {
    return new Effort(gateNanos, timing.plus(more), preparationNanos, inputs, written, cacheHits);
  }

  /** The same after a wait at a gate. */
  public Effort waited(long nanos) {
    return new Effort(gateNanos + nanos, timing, preparationNanos, inputs, outputs, cacheHits);
  }

  /** Fills in what a stage report says of it. */
  public StageReport.Builder fill(StageReport.Builder report) {
    timing.fill(report);
    return report
        .setQueueTime(Durations.add(report.getQueueTime(), Durations.fromNanos(gateNanos)))
        .setBatchTime(Durations.fromNanos(preparationNanos))
        .setInputCount(inputs)
        .setOutputCount(outputs)
        .setCacheHitCount(cacheHits);
  }
}
