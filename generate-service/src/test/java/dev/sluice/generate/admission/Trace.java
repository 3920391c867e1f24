package dev.sluice.generate.admission;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Requests of a real service: {@code azure-llm-2023.csv}. */
record Trace(List<Row> rows) {

  /** One request; the gap is the time since the one before. */
  record Row(double gapMillis, int prompt, int output) {}

  /** A part of the trace, as "conv-a". */
  static Trace part(String name) {
    try (InputStream file =
        Objects.requireNonNull(Trace.class.getResourceAsStream("/azure-llm-2023.csv"))) {
      return new Trace(
          new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith(name + ","))
              .map(line -> line.split(",", -1))
              .map(cells ->
                  new Row(
                      Double.parseDouble(cells[1]),
                      Integer.parseInt(cells[2]),
                      Integer.parseInt(cells[3])))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double meanGapMillis() {
    return rows.stream().mapToDouble(Row::gapMillis).average().orElseThrow();
  }
}
