package dev.sluice.gateway.balance;

import io.grpc.services.MetricReport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The replicas behind one channel: gives {@link ReplicaOutliers} a lock and a clock. */
final class ReplicaFleet {

  private static final double BUSY = 0.8;
  private static final long OVERLOAD_NANOS = 2_000_000_000L;

  private final ReplicaOutliers outliers;
  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private long calmSince;

  ReplicaFleet(Verdicts verdicts, LongSupplier clock) {
    this.outliers = new ReplicaOutliers(verdicts);
    this.clock = clock;
    this.calmSince = clock.getAsLong();
  }

  Replica add(String address) {
    return locked(() -> outliers.add(address));
  }

  void remove(Replica replica) {
    locked(() -> outliers.remove(replica));
  }

  void ready(Replica replica, boolean ready) {
    locked(() -> replica.ready(ready));
  }

  boolean admits(Replica replica) {
    return locked(() -> outliers.admits(replica, clock.getAsLong()));
  }

  boolean isEjected(Replica replica) {
    return locked(() -> replica.ejection().isOn());
  }

  ReplicaCall started(Replica replica, String method) {
    return locked(() -> outliers.started(replica, method, clock.getAsLong()));
  }

  void sent(ReplicaCall call, long bytes) {
    locked(() -> call.sent(bytes));
  }

  void heard(ReplicaCall call) {
    locked(() -> outliers.heard(call, clock.getAsLong()));
  }

  void ended(ReplicaCall call, Ending ending) {
    locked(() -> {
      long now = clock.getAsLong();
      outliers.ended(call, ending, now);
      if (ending == Ending.OVERLOADED) {
        calmSince = now + OVERLOAD_NANOS;
      }
    });
  }

  /** A replica said how busy it is. */
  void reported(MetricReport report) {
    if (report.getApplicationUtilization() > BUSY) {
      locked(() -> {
        calmSince = clock.getAsLong() + OVERLOAD_NANOS;
      });
    }
  }

  /** Whether another replica than this takes calls, and none had too much to do lately. */
  boolean mayRepeat(Replica replica) {
    return locked(() -> {
      long now = clock.getAsLong();
      return now - calmSince >= 0 && outliers.mayRepeat(replica, now);
    });
  }

  /** Whether nothing more is to be expected of the replica, while another one takes calls. */
  boolean isLost(Replica replica) {
    return locked(() -> {
      long now = clock.getAsLong();
      outliers.look(now);
      return outliers.isLost(replica, now);
    });
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
