package dev.sluice.bench.chaos;

import static dev.sluice.bench.chaos.Cluster.GATEWAY;

import java.util.List;

/** A data directory without a free block. */
final class FullDisks {

  private static final String FULL = "RESOURCE_EXHAUSTED STORAGE_FULL";

  private FullDisks() {}

  static List<Scenario> scenarios() {
    return List.of(full(), killedWhileFull());
  }

  private static Scenario full() {
    return Scenario.of(
        "full-disk",
        "the gateway's data directory is full, and then is not",
        Layout.SMALL_DISK,
        cluster -> {
          cluster.disk().fill();
          return Evidence.OF_CALLS;
        },
        10,
        cluster -> cluster.disk().empty(),
        Expectation.recovered(5)
            .failing(40, FULL)
            .showing(FULL)
            .sparing(Kind.SEARCH, Kind.ANSWER, Kind.READ, Kind.EMBED));
  }

  /** Until it is ready again nobody answers. */
  private static Scenario killedWhileFull() {
    return Scenario.of(
        "full-disk-killed",
        "kill -9 of the gateway while its data directory is full, and a start on the full disk",
        Layout.SMALL_DISK,
        cluster -> {
          cluster.disk().fill();
          Evidence killed = KilledProcesses.kill(List.of(cluster.one(GATEWAY)));
          cluster.one(GATEWAY).restart();
          return killed;
        },
        5,
        cluster -> cluster.disk().empty(),
        Expectation.recovered(10).failing(80, FULL, "UNAVAILABLE").showing(FULL));
  }
}
