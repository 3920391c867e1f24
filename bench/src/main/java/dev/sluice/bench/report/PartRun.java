package dev.sluice.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of a part in a process of its own, so that neither what ran before nor its failure tells
 * on others. Its progress goes to standard error.
 *
 * @param rows what it measured, as far as it came
 * @param exitCode 0 when it succeeded
 */
record PartRun(List<Map<String, Object>> rows, int exitCode) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> OBJECT =
      new TypeReference<>() {};

  /**
   * @param root of the checkout, which commands are run in
   * @param write whether figures go onto pages
   */
  static PartRun of(Part part, Path root, boolean write) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), part.main()));
    command.addAll(part.arguments(write));
    Process process =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Map<String, Object>> rows = new ArrayList<>();
    BufferedReader lines = process.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("{")) {
        rows.addAll(part.isEvaluation() ? evaluation(line) : List.of(row(line)));
      }
    }
    return new PartRun(rows, process.waitFor());
  }

  private static Map<String, Object> row(String line) throws JsonProcessingException {
    Map<String, Object> row = JSON.readValue(line, OBJECT);
    row.remove("benchmark");
    return row;
  }

  /** A row for each stage of searches; for answers, a row for each figure. */
  static List<Map<String, Object>> evaluation(String line) throws JsonProcessingException {
    List<Map<String, Object>> rows = new ArrayList<>();
    JSON.readTree(line)
        .properties()
        .forEach(each -> {
          Map<String, Object> row = new LinkedHashMap<>();
          if (each.getValue().isObject() && each.getValue().has("ndcg_at_10")) {
            row.put("stage", each.getKey());
            each.getValue()
                .properties()
                .forEach(score -> row.put(score.getKey(), score.getValue().doubleValue()));
            rows.add(row);
          } else if (each.getValue().isNumber() && !each.getKey().equals("seconds")) {
            row.put("figure", each.getKey());
            row.put(
                "value",
                each.getValue().isInt()
                    ? (Object) each.getValue().intValue()
                    : (Object) each.getValue().doubleValue());
            rows.add(row);
          }
        });
    boolean stages = rows.stream().anyMatch(row -> row.containsKey("stage"));
    return stages ? rows.stream().filter(row -> row.containsKey("stage")).toList() : rows;
  }
}
