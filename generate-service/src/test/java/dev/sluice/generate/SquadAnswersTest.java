package dev.sluice.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Quote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whether the gold answer of SQuAD's questions stands in the first sentence quoted, given the right
 * paragraph among its neighbours. The threshold is the default, so an abstention counts as a miss.
 */
class SquadAnswersTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("sluice.root", "..")).resolve("../shared/data/squad2_dev_half");
  private static final int SAMPLE = 100;
  private static final int NEIGHBOURS = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theGoldAnswerStandsInTheBestSentence() throws Exception {
    assumeThat(FOLDER).as("test data beside the project").isDirectory();
    List<JsonNode> corpus = lines("corpus.jsonl");
    List<JsonNode> questions =
        new ArrayList<>(
            lines("queries.jsonl").stream().filter(q -> q.path("answerable").asBoolean()).toList());
    Collections.shuffle(questions, new Random(42));
    int right = 0;
    try (var server = new InProcessServer(EmbeddedModel.MODEL, Duration.ofSeconds(30))) {
      for (JsonNode question : questions.subList(0, SAMPLE)) {
        GenerateRequest request =
            Conversation.ask(question.path("text").asText(), around(question, corpus)).build();
        Conversation answer = Conversation.read(request, server.blocking().generate(request));
        right += isRight(answer.quotes(), question) ? 1 : 0;
      }
    }
    assertThat(right).isGreaterThanOrEqualTo(SAMPLE * 74 / 100);
  }

  private static boolean isRight(List<Quote> quotes, JsonNode question) {
    String best = quotes.isEmpty() ? "" : quotes.getFirst().getText().toLowerCase(Locale.ROOT);
    return question
        .path("answers")
        .valueStream()
        .anyMatch(answer -> best.contains(answer.asText().toLowerCase(Locale.ROOT)));
  }

  /** The question's paragraph and those before and after it. */
  private static GroundingDocument[] around(JsonNode question, List<JsonNode> corpus) {
    int gold = 0;
    while (!corpus.get(gold).path("id").equals(question.path("paragraph_id"))) {
      gold++;
    }
    int first = Math.clamp(gold - NEIGHBOURS, 0, corpus.size() - 2 * NEIGHBOURS - 1);
    return corpus.subList(first, first + 2 * NEIGHBOURS + 1).stream()
        .map(node -> Conversation.document(node.path("title").asText(), node.path("text").asText()))
        .toArray(GroundingDocument[]::new);
  }

  private static List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    try (Stream<String> lines = Files.lines(FOLDER.resolve(file))) {
      for (String line : lines.toList()) {
        nodes.add(JSON.readTree(line));
      }
    }
    return nodes;
  }
}
