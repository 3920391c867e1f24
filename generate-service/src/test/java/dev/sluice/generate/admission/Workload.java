package dev.sluice.generate.admission;

import dev.sluice.type.v1.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Requests of one kind, made from a part of the trace: its lengths, and its inter-arrival times
 * stretched to a rate.
 *
 * @param offset the row to begin with
 * @param rate requests a second
 * @param slack seconds that a request has
 */
record Workload(
    String kind,
    Trace trace,
    int offset,
    String tenant,
    Priority priority,
    double rate,
    double slack) {

  private static final int MAX_TOKENS = 1000;

  static Workload interactive(Trace trace, double rate, double slack) {
    return new Workload("interactive", trace, 0, "someone", Priority.INTERACTIVE, rate, slack);
  }

  static Workload bulk(Trace trace, double rate, double slack) {
    return new Workload("bulk", trace, 500, "someone", Priority.BULK, rate, slack);
  }

  Workload of(String who, String as, int from) {
    return new Workload(as, trace, from, who, priority, rate, slack);
  }

  /** What arrives in so many seconds. */
  List<Request> arrivals(double seconds) {
    double stretch = 1e9 / rate / trace.meanGapMillis();
    List<Request> requests = new ArrayList<>();
    double at = 0;
    for (int i = offset; at < seconds * 1e9; i++) {
      Trace.Row row = trace.rows().get(i % trace.rows().size());
      at += row.gapMillis() * stretch;
      requests.add(request(row, (long) at));
    }
    return requests;
  }

  private Request request(Trace.Row row, long at) {
    var ticket = new Ticket(tenant, priority, Math.max(1, row.prompt()), MAX_TOKENS);
    return new Request(kind, ticket, Math.max(1, row.output()), at, at + (long) (slack * 1e9));
  }

  static List<Request> together(double seconds, Workload... loads) {
    return Stream.of(loads)
        .flatMap(load -> load.arrivals(seconds).stream())
        .sorted(Comparator.comparingLong(Request::at))
        .toList();
  }
}
