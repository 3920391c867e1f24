package dev.sluice.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of a benchmark's table.
 *
 * @param figures by name, in the order of the columns
 */
record Row(String benchmark, Map<String, Object> figures) {

  /**
   * @param namesAndValues name, value, name, value
   */
  static Row of(String benchmark, Object... namesAndValues) {
    Map<String, Object> figures = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      figures.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Row(benchmark, figures);
  }
}
