package dev.sluice.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bench.report.FullReport;
import dev.sluice.standalone.CommandFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs one benchmark, or lists them all. */
public final class BenchMain {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Benchmark> ALL =
      List.of(
          new EmbedThroughput(),
          new IngestInterference(),
          new EmbedServing(),
          new ServiceOverhead(),
          new GatewayOverhead(),
          new DeadlineLateness(),
          new TensorSteps(),
          new BatchingSim(),
          new BatchingGrpc(),
          new BatchingSteps(),
          new ReplicaFaults(),
          new Cancellation(),
          new Chaos(),
          new Overload(),
          new TenantFlood(),
          new Soak(),
          new StoreSearch());

  private BenchMain() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      list();
      return;
    }
    try {
      boolean holds = run(arguments[0], List.of(arguments).subList(1, arguments.length));
      System.exit(holds ? 0 : 1);
    } catch (CommandFailure e) {
      System.err.println(e.line());
      System.exit(2);
    }
  }

  /** Says whether all is as it must be. */
  private static boolean run(String name, List<String> options) throws Exception {
    if (name.equals("all")) {
      return FullReport.run(names(), options);
    }
    for (Benchmark benchmark : ALL) {
      if (benchmark.name().equals(name)) {
        List<Row> rows = benchmark.run(options);
        print(rows);
        return benchmark.holds(rows);
      }
    }
    throw new CommandFailure("no benchmark named '" + name + "': run without a name to list them");
  }

  /** The names of all benchmarks. */
  public static List<String> names() {
    return ALL.stream().map(Benchmark::name).toList();
  }

  private static void list() {
    System.out.println("./bench/run NAME [OPTION…] runs one of these:");
    for (Benchmark each : ALL) {
      System.out.printf("  %-18s %s (%s)%n", each.name(), each.measures(), each.takes());
    }
    System.out.println(
        "./bench/run all [--only NAME,NAME…] [--write] runs these and the evaluations of"
            + " ../shared/data, and prints their tables or writes them into docs/performance.md and"
            + " docs/chaos.md (some four hours; each stands on the page as soon as it is"
            + " measured)");
  }

  private static void print(List<Row> rows) throws JsonProcessingException {
    System.out.println(
        line(rows.getFirst().figures().keySet().stream().map(Object.class::cast).toList()));
    for (Row row : rows) {
      System.out.println(line(List.copyOf(row.figures().values())));
    }
    for (Row row : rows) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("benchmark", row.benchmark());
      json.putAll(row.figures());
      System.out.println(JSON.writeValueAsString(json));
    }
  }

  private static String line(List<Object> cells) {
    return cells.stream().map(BenchMain::cell).collect(Collectors.joining("  "));
  }

  private static String cell(Object value) {
    String text =
        value instanceof Double number
            ? String.format(Locale.ROOT, "%.3f", number)
            : value.toString();
    return String.format("%-18s", text);
  }
}
