package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Several runs of a benchmark as one table: each number as median, least and most. Pure. */
public final class Spread {

  private Spread() {}

  /**
   * @param runs the rows of each run, with their figures by name
   * @return rows of texts; of runs that gave different rows all of them, one after the other
   */
  public static List<Map<String, String>> of(List<List<Map<String, Object>>> runs) {
    List<Map<String, String>> rows = new ArrayList<>();
    if (runs.stream().map(List::size).distinct().count() > 1) {
      runs.forEach(run -> run.forEach(row -> rows.add(row(List.of(row)))));
      return rows;
    }
    for (int i = 0; i < runs.getFirst().size(); i++) {
      int index = i;
      rows.add(row(runs.stream().map(run -> run.get(index)).toList()));
    }
    return rows;
  }

  private static Map<String, String> row(List<Map<String, Object>> same) {
    Map<String, String> row = new LinkedHashMap<>();
    for (String name : same.getFirst().keySet()) {
      row.put(name, cell(same.stream().map(each -> each.getOrDefault(name, "")).toList()));
    }
    return row;
  }

  private static String cell(List<Object> values) {
    if (values.stream().distinct().count() == 1) {
      return text(values.getFirst());
    }
    if (values.stream().allMatch(Number.class::isInstance)) {
      double[] sorted =
          values.stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
      Arrays.sort(sorted);
      return "%s (%s to %s)"
          .formatted(
              number(sorted[sorted.length / 2]),
              number(sorted[0]),
              number(sorted[sorted.length - 1]));
    }
    return String.join(" / ", values.stream().map(Spread::text).toList());
  }

  private static String text(Object value) {
    return value instanceof Double || value instanceof Float
        ? number(((Number) value).doubleValue())
        : String.valueOf(value);
  }

  /** Three digits that count, and all those before the point. */
  static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) || size >= 100) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    int decimals = size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
