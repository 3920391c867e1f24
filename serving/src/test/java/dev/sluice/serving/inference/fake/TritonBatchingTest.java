package dev.sluice.serving.inference.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.batching.simulation.Accelerator;
import io.grpc.Status;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Arrivals in milliseconds on an accelerator that takes 10 ms for any batch. */
class TritonBatchingTest {

  private static final Accelerator TEN = new Accelerator(10e6, 0, 0, true, 1, 0, 0);

  /** What ended when, as {@code "a b"} for calls of the same millisecond. */
  private final Map<Long, String> ends = new TreeMap<>();

  private Device device = Device.asSent(TEN, 0);
  private long now;

  private void batching(TritonConfig config) {
    device = Device.triton(TEN, config, 0);
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Lets the time pass. */
  private void until(long millis) {
    for (long wake = device.advance(now); wake <= nanos(millis); wake = device.advance(now)) {
      now = Math.max(wake, now + 1);
    }
    now = nanos(millis);
    device.advance(now);
  }

  private Call send(long millis, String name, int rows, int columns, long timeoutMillis) {
    until(millis);
    Call call =
        new Call(
            rows,
            columns,
            (long) rows * columns,
            nanos(timeoutMillis),
            status -> {
              String end = status.isOk() ? name : name + "!" + status.getCode();
              ends.merge(TimeUnit.NANOSECONDS.toMillis(now), end, (a, b) -> a + " " + b);
            });
    device.send(call, now);
    device.advance(now);
    return call;
  }

  private Call send(long millis, String name) {
    return send(millis, name, 1, 8, 0);
  }

  private Call send(long millis, String name, int rows) {
    return send(millis, name, rows, 8, 0);
  }

  private Map<Long, String> ends() {
    until(10_000);
    return ends;
  }

  @Test
  void withoutBatchingCallsRunOneByOneInTheOrderInWhichTheyCame() {
    send(0, "a");
    send(1, "b");
    send(2, "c");
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 20L, "b", 30L, "c"));
  }

  @Test
  void cancelledCallsThatWaitDoNotRun() {
    send(0, "a");
    Call b = send(1, "b");
    send(2, "c");
    b.cancel();
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 20L, "c"));
  }

  @Test
  void theRoundTripIsHalfBeforeAndHalfAfter() {
    device = Device.asSent(TEN.withRoundTrip(nanos(4)), 0);
    send(0, "a");
    send(1, "b");
    assertThat(ends()).isEqualTo(Map.of(14L, "a", 24L, "b"));
  }

  @Test
  void withoutDelayAnIdleSlotTakesWhatIsThereAndABatchGrowsWhileItWaits() {
    batching(TritonConfig.of(4, 0));
    send(0, "a");
    send(1, "b");
    send(2, "c");
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 20L, "b c"));
  }

  @Test
  void aBatchHasAtMostTheRowsOfMaxBatchSizeAndNobodyIsPassed() {
    batching(TritonConfig.of(4, 0));
    send(0, "a");
    send(1, "b", 3);
    send(2, "c", 2);
    send(3, "d", 1);
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 20L, "b", 30L, "c d"));
  }

  @Test
  void anotherShapeEndsABatchUnlessItIsRagged() {
    batching(TritonConfig.of(4, 0));
    send(0, "a");
    send(1, "b");
    send(2, "c", 1, 16, 0);
    send(3, "d");
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 20L, "b", 30L, "c", 40L, "d"));
  }

  @Test
  void raggedBatchesMixShapes() {
    batching(TritonConfig.of(4, 0).withRaggedBatches());
    send(0, "a");
    send(1, "b");
    send(2, "c", 1, 16, 0);
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 20L, "b c"));
  }

  @Test
  void aBatchIsHeldBackForTheDelayOfItsOldestCall() {
    batching(TritonConfig.of(4, nanos(5)));
    send(0, "a");
    send(3, "b");
    assertThat(ends()).isEqualTo(Map.of(15L, "a b"));
  }

  @Test
  void aFullBatchDoesNotWaitForTheDelay() {
    batching(TritonConfig.of(2, nanos(5)));
    send(0, "a");
    send(1, "b");
    assertThat(ends()).isEqualTo(Map.of(11L, "a b"));
  }

  @Test
  void aPreferredSizeIsSentAtOnceAndTheRestWaits() {
    batching(TritonConfig.of(8, nanos(5)).withPreferred(2));
    send(0, "a");
    send(1, "b");
    send(1, "c");
    assertThat(ends()).isEqualTo(Map.of(11L, "a b", 21L, "c"));
  }

  @Test
  void aCallLargerThanEveryPreferredSizeRunsAlone() {
    batching(TritonConfig.of(8, nanos(5)).withPreferred(2));
    send(0, "a", 3);
    send(1, "b", 3);
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 20L, "b"));
  }

  @Test
  void aBatchSentAtNoPreferredSizeGrowsUntilASlotTakesIt() {
    batching(TritonConfig.of(4, nanos(5)));
    send(0, "a");
    send(6, "b");
    send(12, "c");
    assertThat(ends()).isEqualTo(Map.of(15L, "a", 25L, "b c"));
  }

  @Test
  void aFullQueueRefuses() {
    batching(TritonConfig.of(1, 0).withMaxQueueSize(1));
    send(0, "a");
    send(1, "b");
    send(2, "c");
    assertThat(ends()).isEqualTo(Map.of(2L, "c!" + Status.Code.UNAVAILABLE, 10L, "a", 20L, "b"));
  }

  @Test
  void callsThatWaitedTooLongAreRejectedWhenTheNextBatchForms() {
    batching(TritonConfig.of(1, 0).withTimeout(nanos(15)));
    send(0, "a");
    send(1, "b");
    send(2, "c");
    send(3, "d", 1, 8, 5);
    assertThat(ends())
        .isEqualTo(
            Map.of(10L, "a d!" + Status.Code.UNAVAILABLE, 20L, "b c!" + Status.Code.UNAVAILABLE));
  }

  @Test
  void withTwoSlotsTwoBatchesRunSideBySide() {
    device = Device.triton(TEN.withSlots(2), TritonConfig.of(1, 0), 0);
    send(0, "a");
    send(1, "b");
    send(2, "c");
    assertThat(ends()).isEqualTo(Map.of(10L, "a", 11L, "b", 20L, "c"));
  }
}
