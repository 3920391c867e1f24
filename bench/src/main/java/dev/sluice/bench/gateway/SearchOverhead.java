package dev.sluice.bench.gateway;

import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.type.v1.StageReport;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What a search takes beyond its stages: the call as its caller sees it, less the times that the
 * stages report, which hold the calls to the services and the retrieval. One call at a time.
 */
public final class SearchOverhead {

  private static final int WARM_UP_SECONDS = 25;
  private static final int CALLS = 4000;

  private SearchOverhead() {}

  /**
   * One round, in milliseconds.
   *
   * @param call the whole call's median
   * @param median of what is beyond the stages
   * @param p99 of the same
   */
  public record Round(double call, double median, double p99) {}

  /** Measures some rounds. */
  public static Round[] run(int rounds) throws Exception {
    try (var gateway = GatewayProcess.start(Pace.INSTANT)) {
      gateway.store();
      var search = SearchServiceGrpc.newBlockingStub(gateway.channel());
      long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
      while (System.nanoTime() < warm) {
        round(search);
      }
      Round[] measured = new Round[rounds];
      for (int round = 0; round < rounds; round++) {
        measured[round] = round(search);
        System.err.printf(
            "search, round %d: %.3f ms a call, %.3f of it beyond its stages (p99 %.3f)%n",
            round + 1, measured[round].call(), measured[round].median(), measured[round].p99());
      }
      return measured;
    }
  }

  private static Round round(SearchServiceGrpc.SearchServiceBlockingStub search) {
    long[] calls = new long[CALLS];
    long[] beyond = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      SearchRequest request =
          SearchRequest.newBuilder()
              .setCollection(GatewayProcess.COLLECTION)
              .setQuery("Which gate opens slowly at level " + i + "?")
              .build();
      long start = System.nanoTime();
      SearchResponse response = search.withDeadlineAfter(10, TimeUnit.SECONDS).search(request);
      calls[i] = System.nanoTime() - start;
      beyond[i] = calls[i] - stages(response);
      if (response.getDegradationsCount() > 0 || response.getResultsCount() == 0) {
        throw new IllegalStateException("a search was answered in part: " + response);
      }
    }
    return new Round(at(calls, 0.5), at(beyond, 0.5), at(beyond, 0.99));
  }

  private static long stages(SearchResponse response) {
    return response.getStageReportsList().stream()
        .map(StageReport::getTotalTime)
        .mapToLong(time -> TimeUnit.SECONDS.toNanos(time.getSeconds()) + time.getNanos())
        .sum();
  }

  private static double at(long[] nanos, double part) {
    Arrays.sort(nanos);
    return nanos[(int) (part * (nanos.length - 1))] / 1e6;
  }
}
