package dev.sluice.bench.soak;

import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Mixed load in rounds; between two of them all is quiet for a moment, and measured. */
public final class SoakRun {

  /** A replica is restarted in every so many rounds. */
  private static final int ROUNDS_BETWEEN_RESTARTS = 3;

  /** Not in so many at the end: it is measured often enough then, also when it is warm. */
  private static final int LAST_ROUNDS = 2 * Verdict.FEWEST;

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

  /** What a soak showed. */
  public record Result(List<Line> lines, List<Calls> calls) {}

  /**
   * Runs one.
   *
   * @param rounds of load, with a measurement after each; more where these are too few to judge by
   * @param length of a round's load
   */
  public static Result run(Path data, SoakTexts texts, int rounds, Duration length)
      throws Exception {
    int enough = Math.max(rounds, Verdict.FEWEST + 1);
    try (SoakedCluster cluster = SoakedCluster.start(data);
        SoakLoad load = new SoakLoad(cluster.gatewayAddress(), texts)) {
      var _ =
          CollectionServiceGrpc.newBlockingStub(load.channel())
              .withDeadlineAfter(Duration.ofMinutes(1))
              .createCollection(
                  CreateCollectionRequest.newBuilder().setCollection(SoakTexts.COLLECTION).build());
      for (int number = 1; number <= enough; number++) {
        round(cluster, load, length, restarts(number, enough));
        System.err.printf("round %d of %d: %s%n", number, enough, words(load.calls()));
      }
      return new Result(lines(cluster), load.calls());
    }
  }

  /** Whether a replica is restarted in a round, whose measurement is the first of its new life. */
  static boolean restarts(int number, int rounds) {
    return number % ROUNDS_BETWEEN_RESTARTS == 0 && rounds - number >= LAST_ROUNDS;
  }

  private static String words(List<Calls> calls) {
    return calls.stream()
        .map(each -> each.action() + " " + each.words())
        .collect(Collectors.joining("; "));
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

  private static List<Line> lines(SoakedCluster cluster) {
    List<Line> lines = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      for (Figure figure : Figure.values()) {
        List<Double> values = node.measured(figure);
        System.err.printf("%s %s %s%n", node, figure, values);
        lines.add(new Line(node.toString(), figure, values.size(), Verdict.of(figure, values)));
      }
    }
    return lines;
  }
}
