package dev.sluice.bench.ingest;

import com.google.protobuf.util.Durations;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.standalone.client.Gateway;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What searches took, one after the other, each of its own words.
 *
 * @param millis sorted
 * @param degraded how many were answered in part
 */
@SuppressWarnings("ArrayRecordComponent") // measured once, never compared
public record SearchTimes(double[] millis, int degraded) {

  /** Searches with all stages, under the gateway's own deadline, as most callers send them. */
  public static SearchTimes of(
      Gateway gateway, String collection, List<String> queries, int first, int count) {
    double[] millis = new double[count];
    int degraded = 0;
    double slowest = 0;
    SearchResponse slowestResponse = SearchResponse.getDefaultInstance();
    for (int i = 0; i < count; i++) {
      String query = queries.get((first + i) % queries.size());
      long start = System.nanoTime();
      SearchResponse response =
          gateway
              .search()
              .search(SearchRequest.newBuilder().setCollection(collection).setQuery(query).build());
      millis[i] = (System.nanoTime() - start) / 1e6;
      if (millis[i] > slowest) {
        slowest = millis[i];
        slowestResponse = response;
      }
      degraded += response.getDegradationsCount() > 0 ? 1 : 0;
    }
    System.err.printf("slowest of %d: %.0f ms%s%n", count, slowest, stages(slowestResponse));
    Arrays.sort(millis);
    return new SearchTimes(millis, degraded);
  }

  private static String stages(SearchResponse response) {
    return response.getStageReportsList().stream()
        .map(report ->
            ", %s %d (queued %d)"
                .formatted(
                    report.getStage(),
                    Durations.toMillis(report.getTotalTime()),
                    Durations.toMillis(report.getQueueTime())))
        .collect(Collectors.joining());
  }

  public double quantile(double part) {
    return millis[Math.min(millis.length - 1, (int) Math.ceil(part * millis.length) - 1)];
  }
}
