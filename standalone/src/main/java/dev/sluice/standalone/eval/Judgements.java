package dev.sluice.standalone.eval;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which documents answer which queries, and how well.
 *
 * @param grades by query, then by document
 */
public record Judgements(Map<String, Map<String, Integer>> grades) {

  /**
   * Reads {@code query-id corpus-id score} under a heading, as BEIR has it, or the four columns of
   * TREC ({@code query 0 document grade}) without one.
   */
  public static Judgements read(Path file) {
    Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        boolean heading = number == 1 && line.startsWith("query-id");
        if (!line.isBlank() && !heading) {
          take(line, file + ":" + number, grades);
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot read the judgements: " + Unreadable.reason(e), e);
    }
    return new Judgements(grades);
  }

  private static void take(String line, String place, Map<String, Map<String, Integer>> grades) {
    String[] columns = line.contains("\t") ? line.split("\t", -1) : line.strip().split("\\s+", -1);
    if (columns.length != 3 && columns.length != 4) {
      throw new CommandFailure(place + ": not a judgement (query, document, score): " + line);
    }
    String query = columns[0].strip();
    String document = columns[columns.length - 2].strip();
    grades
        .computeIfAbsent(query, q -> new HashMap<>())
        .merge(document, grade(columns[columns.length - 1].strip(), place), Math::max);
  }

  private static int grade(String text, String place) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new CommandFailure(place + ": the score '" + text + "' is not a whole number", e);
    }
  }

  /** The judged documents of a query; empty when there are none. */
  public Map<String, Integer> of(String query) {
    return grades.getOrDefault(query, Map.of());
  }

  /** Whether any document answers the query. */
  public boolean hasAnswer(String query) {
    return of(query).values().stream().anyMatch(grade -> grade > 0);
  }

  /** All judged documents. */
  public Set<String> documents() {
    return grades.values().stream()
        .flatMap(judged -> judged.keySet().stream())
        .collect(Collectors.toSet());
  }
}
