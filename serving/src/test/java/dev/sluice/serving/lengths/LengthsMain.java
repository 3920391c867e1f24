package dev.sluice.serving.lengths;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes {@code lengths/*.txt}: how many tokens the texts of public sets have. Arguments: the
 * folder with the sets, the folder to write to.
 */
final class LengthsMain {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> SETS =
      Map.of(
          "cranfield", "cranfield",
          "squad2", "squad2_dev_half",
          "medline", "medline",
          "clapnq", "clapnq_dev");

  /** The most texts of a file, taken evenly from the whole. */
  private static final int MOST = 1_000;

  private LengthsMain() {}

  public static void main(String[] arguments) throws IOException {
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    try (OnnxModel model = OnnxModel.load(ModelFiles.embedded(), 1)) {
      for (Map.Entry<String, String> set : SETS.entrySet()) {
        Path folder = from.resolve(set.getValue());
        write(
            to.resolve(set.getKey() + ".queries.txt"),
            lengths(folder.resolve("queries.jsonl"), model.tokenizer()));
        write(
            to.resolve(set.getKey() + ".passages.txt"),
            lengths(folder.resolve("corpus.jsonl"), model.tokenizer()));
      }
    }
  }

  private static List<Integer> lengths(Path file, Tokenizer tokenizer) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int kept = Math.min(MOST, lines.size());
    return IntStream.range(0, kept)
        .mapToObj(i -> text(lines.get((int) ((long) i * lines.size() / kept))))
        .filter(text -> !text.isBlank())
        .map(text ->
            tokenizer
                .encode(text, dev.sluice.serving.batching.simulation.Lengths.MOST, Truncation.END)
                .length())
        .toList();
  }

  private static String text(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return (node.path("title").asText() + " " + node.path("text").asText()).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + line, e);
    }
  }

  private static void write(Path file, List<Integer> lengths) throws IOException {
    List<String> lines =
        IntStream.iterate(0, i -> i < lengths.size(), i -> i + 20)
            .mapToObj(i -> lengths.subList(i, Math.min(i + 20, lengths.size())))
            .map(line -> line.stream().map(String::valueOf).collect(Collectors.joining(" ")))
            .toList();
    Files.write(file, lines);
  }
}
