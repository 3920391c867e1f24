package dev.sluice.bench.soak;

import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Mixed load in rounds; between two of them all is quiet for a moment, and measured. */
public final class SoakRun {

  /** A replica is restarted in every so many rounds. */
  private static final int ROUNDS_BETWEEN_RESTARTS = 3;

  /** Until what was cancelled has come to rest, and idle connections are noticed. */
  private static final Duration QUIET = Duration.ofSeconds(6);

  private SoakRun() {}

  /**
   * A figure of a process, and what became of it.
   *
   * @param measurements of it since the process was last started
   */
  public record Line(String process, Figure figure, int measurements, Verdict verdict) {

    /** Whether there was enough to judge by. */
    public boolean isJudged() {
      return measurements >= Verdict.FEWEST;
    }
  }

  /**
   * What a soak showed.
   *
   * @param outcomes calls by status, in words
   * @param broken calls that ended in a way that no call of the mix may
   */
  public record Result(List<Line> lines, String outcomes, long broken) {}

  /**
   * Runs one.
   *
   * @param total how long
   * @param round of load between two measurements
   */
  public static Result run(Path data, SoakTexts texts, Duration total, Duration round)
      throws Exception {
    try (SoakedCluster cluster = SoakedCluster.start(data);
        SoakLoad load = new SoakLoad(cluster.gatewayAddress(), texts)) {
      var _ =
          CollectionServiceGrpc.newBlockingStub(load.channel())
              .withDeadlineAfter(Duration.ofMinutes(1))
              .createCollection(
                  CreateCollectionRequest.newBuilder().setCollection(SoakTexts.COLLECTION).build());
      long end = System.nanoTime() + total.toNanos();
      for (int number = 1; System.nanoTime() - end < 0; number++) {
        round(cluster, load, round, number % ROUNDS_BETWEEN_RESTARTS == 0);
        System.err.printf("round %d: %s%n", number, load.outcomes());
      }
      return result(cluster, load);
    }
  }

  private static void round(SoakedCluster cluster, SoakLoad load, Duration length, boolean restarts)
      throws Exception {
    FutureTask<Boolean> restart =
        new FutureTask<>(() -> {
          TimeUnit.NANOSECONDS.sleep(length.toNanos() / 4);
          cluster.restartReplica();
          return true;
        });
    if (restarts) {
      Thread.ofVirtual().start(restart);
    }
    load.run(length.toNanos() / 1e9);
    if (restarts) {
      var _ = restart.get();
    }
    TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
    cluster.measure();
  }

  private static Result result(SoakedCluster cluster, SoakLoad load) {
    List<Line> lines = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      for (Figure figure : Figure.values()) {
        List<Double> values = node.measured(figure);
        System.err.printf("%s %s %s%n", node, figure, values);
        lines.add(new Line(node.toString(), figure, values.size(), Verdict.of(figure, values)));
      }
    }
    long broken =
        load.outcomes().entrySet().stream()
            .filter(each ->
                switch (each.getKey()) {
                  case INTERNAL, UNKNOWN, DATA_LOSS, FAILED_PRECONDITION, INVALID_ARGUMENT -> true;
                  default -> false;
                })
            .mapToLong(each -> each.getValue().sum())
            .sum();
    return new Result(lines, load.outcomes().toString(), broken);
  }
}
