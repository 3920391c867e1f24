package dev.sluice.gateway;

import io.grpc.Context;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Decides over a call before it is served: it may throw what the call ends with, or take long. */
interface Script {

  Script OBEDIENT = number -> {};

  /** Never done, until its caller gives up. */
  Script HANGS = number -> abandoned().await();

  /**
   * @param number of the call, from 1
   */
  void call(int number) throws InterruptedException;

  static Script fails(Code code) {
    return number -> {
      throw code.toStatus().asRuntimeException();
    };
  }

  /** Takes so long, or until its caller gives up. */
  static Script lasts(Duration duration) {
    return number -> {
      boolean _ = abandoned().await(duration.toNanos(), TimeUnit.NANOSECONDS);
    };
  }

  /** At zero when the caller of the current call is gone. */
  static CountDownLatch abandoned() {
    CountDownLatch latch = new CountDownLatch(1);
    Context.current().addListener(context -> latch.countDown(), Runnable::run);
    return latch;
  }
}
