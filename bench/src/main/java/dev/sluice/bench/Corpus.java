package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.v1.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Documents to measure with: a public set where it lies beside the project, else made-up text. */
final class Corpus {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WORDS =
      "water gate flow channel level pump valve pressure basin river canal lock dam reservoir"
          + " turbine current depth stream spill intake measure sensor control signal network"
          + " the a of in to and with for by on is are was this that which where";

  private Corpus() {}

  /** At most so many documents of a set under {@code ../shared/data}, or made-up ones. */
  static List<Document> load(String set, int limit) throws IOException {
    Path file = file(set, "corpus.jsonl");
    if (!Files.isReadable(file)) {
      System.err.println("no " + file.normalize() + ": using made-up text");
      return IntStream.range(0, limit).mapToObj(Corpus::madeUp).toList();
    }
    List<Document> documents = new ArrayList<>();
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : lines.limit(limit).toList()) {
        JsonNode node = JSON.readTree(line);
        if (!node.path("text").asText().isBlank()) {
          documents.add(
              Document.newBuilder()
                  .setId(node.path("id").asText())
                  .setTitle(node.path("title").asText())
                  .setText(node.path("text").asText())
                  .build());
        }
      }
    }
    return documents;
  }

  /** At most so many questions about a set, or made-up ones. */
  static List<String> queries(String set, int limit) throws IOException {
    Path file = file(set, "queries.jsonl");
    List<String> queries = new ArrayList<>();
    if (!Files.isReadable(file)) {
      System.err.println("no " + file.normalize() + ": using made-up questions");
      String[] words = WORDS.split(" ");
      IntStream.range(0, limit).forEach(i -> queries.add(sentence(new Random(i), words)));
      return queries;
    }
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : lines.limit(limit).toList()) {
        queries.add(JSON.readTree(line).path("text").asText());
      }
    }
    return queries;
  }

  private static Path file(String set, String name) {
    return Path.of(System.getProperty("sluice.root", "."), "..", "shared", "data", set, name);
  }

  private static Document madeUp(int number) {
    Random random = new Random(number);
    String[] words = WORDS.split(" ");
    String text =
        IntStream.range(0, 6 + random.nextInt(10))
            .mapToObj(sentence -> sentence(random, words))
            .collect(Collectors.joining(" "));
    return Document.newBuilder()
        .setId("d" + number)
        .setTitle("Text " + number)
        .setText(text)
        .build();
  }

  private static String sentence(Random random, String[] words) {
    return random
            .ints(8 + random.nextInt(20), 0, words.length)
            .mapToObj(word -> words[word])
            .collect(Collectors.joining(" "))
        + ".";
  }
}
