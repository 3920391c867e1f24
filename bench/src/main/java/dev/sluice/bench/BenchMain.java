package dev.sluice.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
          new Overload(),
          new Soak(),
          new StoreSearch());

  private BenchMain() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      list();
      return;
    }
    List<Benchmark> chosen =
        ALL.stream()
            .filter(each -> arguments[0].equals("all") || each.name().equals(arguments[0]))
            .toList();
    if (chosen.isEmpty()) {
      System.err.println(
          "no benchmark named '" + arguments[0] + "': run without a name to list them");
      System.exit(2);
    }
    for (Benchmark benchmark : chosen) {
      print(benchmark.run(List.of(arguments).subList(1, arguments.length)));
    }
  }

  private static void list() {
    System.out.println("./bench/run NAME [OPTION…] runs one of these; 'all' runs all:");
    for (Benchmark each : ALL) {
      System.out.printf("  %-18s %s (%s)%n", each.name(), each.measures(), each.takes());
    }
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
