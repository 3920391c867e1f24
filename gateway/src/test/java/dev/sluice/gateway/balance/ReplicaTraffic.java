package dev.sluice.gateway.balance;

import java.util.ArrayList;
import java.util.List;

/** Calls to replicas at times that a test says, and what became of the replicas. */
final class ReplicaTraffic {

  private static final long MS = 1_000_000;
  private static final String METHOD = "s/M";

  final List<String> told = new ArrayList<>();
  final ReplicaOutliers outliers =
      new ReplicaOutliers(
          new Verdicts() {
            @Override
            public void ejected(Replica replica, Fault fault, long nanos) {
              told.add(replica + " " + fault + " " + nanos / MS);
            }

            @Override
            public void readmitted(Replica replica) {
              told.add(replica + " back");
            }
          });
  final List<Replica> replicas = new ArrayList<>();
  private long now;

  long now() {
    return now;
  }

  void pass(long millis) {
    now += millis * MS;
  }

  void replicas(int count) {
    for (int i = 0; i < count; i++) {
      Replica replica = outliers.add("r" + i);
      replica.ready(true);
      replicas.add(replica);
    }
  }

  /** A call that takes so long, and nothing beside it. */
  void call(int replica, long millis, Ending ending) {
    call(replica, 10, millis, ending);
  }

  void call(int replica, long bytes, long millis, Ending ending) {
    ReplicaCall call = start(replica, bytes);
    now += millis * MS;
    outliers.ended(call, ending, now);
  }

  ReplicaCall start(int replica, long bytes) {
    ReplicaCall call = outliers.started(replicas.get(replica), METHOD, now);
    call.sent(bytes);
    return call;
  }

  ReplicaCall start(int replica) {
    return start(replica, 10);
  }

  /** Each replica in turn answers in its time. */
  void rounds(int rounds, long... millis) {
    for (int round = 0; round < rounds; round++) {
      for (int replica = 0; replica < millis.length; replica++) {
        call(replica, millis[replica], Ending.ANSWERED);
      }
    }
  }

  void look() {
    for (int i = 0; i < 3; i++) {
      now += 10 * MS;
      outliers.look(now);
    }
  }

  boolean isLost(int replica) {
    return outliers.isLost(replicas.get(replica), now);
  }

  boolean admits(int replica) {
    return outliers.admits(replicas.get(replica), now);
  }
}
