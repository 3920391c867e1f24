package dev.sluice.bench.overload;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.TimeUnit;

/**
 * After a load: one call after the other, a tenth of a second apart, until three in a row are
 * answered whole and as quickly as when nothing else goes on.
 */
record Recovery(
    Channel channel, MethodDescriptor<byte[], Integer> method, Requests requests, LoadOrder order) {

  private static final int IN_A_ROW = 3;
  private static final long BETWEEN_MILLIS = 100;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Seconds until the first of the three was sent. */
  double seconds() throws InterruptedException {
    long start = System.nanoTime();
    long first = start;
    int normal = 0;
    for (int number = 0; System.nanoTime() - start < LOOK_NANOS; number++) {
      long sent = System.nanoTime();
      if (isNormal(number)) {
        first = normal == 0 ? sent : first;
        normal++;
      } else {
        normal = 0;
      }
      if (normal == IN_A_ROW) {
        return (first - start) / 1e9;
      }
      TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
    }
    return LoadFigures.NEVER;
  }

  private boolean isNormal(int number) {
    long sent = System.nanoTime();
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(
            order.kind().deadline().toNanos(), TimeUnit.NANOSECONDS);
    try {
      int degradations =
          ClientCalls.blockingUnaryCall(channel, method, options, requests.get(number));
      return degradations == 0 && (System.nanoTime() - sent) / 1e6 <= order.normalMillis();
    } catch (StatusRuntimeException refusedOrLate) {
      return false;
    }
  }
}
