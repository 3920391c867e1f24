package dev.sluice.rerank;

import static dev.sluice.rerank.RunningReranker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service with the cross-encoders that {@code cross_encoders.py} writes: their logit is the
 * number of the document's tokens that also stand in the query, minus one. They read 32 tokens.
 */
final class CrossEncoderIT {

  private static final String QUESTION = "What is the capital of France?";
  private static final List<String> DOCUMENTS =
      List.of(
          "Cats sleep all day.",
          "Paris is the capital of France.",
          "Berlin is a big city in Germany.",
          "the river");

  @Test
  void oneLogitBecomesItsLogisticFunction() {
    try (var reranker = running("cross-encoder-one-logit")) {
      RerankResponse response = reranker.rerank(request(QUESTION, DOCUMENTS));

      assertThat(scores(response))
          .containsExactlyEntriesOf(
              new TreeMap<>(
                  Map.of(0, logistic(-1), 1, logistic(4), 2, logistic(0), 3, logistic(0))));
      assertThat(response.getResultsList().stream().map(RerankResult::getIndex))
          .containsExactly(1, 2, 3, 0);
      assertThat(response.getModel()).isEqualTo("cross-encoder-one-logit");
    }
  }

  @Test
  void ofTwoLogitsTheSecondOnesShareCounts() {
    try (var reranker = running("cross-encoder-two-logits")) {
      Map<Integer, Double> scores = scores(reranker.rerank(request(QUESTION, DOCUMENTS)));

      double relevant = Math.exp(4) / (Math.exp(4) + Math.exp(-4));
      assertThat(scores.get(1)).isCloseTo(relevant, within(1e-9));
      assertThat(scores.get(3)).isCloseTo(0.5, within(1e-9));
    }
  }

  @Test
  void documentsThatShareABatchDoNotChangeOneAnother() {
    try (var reranker = running("cross-encoder-one-logit")) {
      Map<Integer, Double> together = scores(reranker.rerank(request(QUESTION, DOCUMENTS)));
      for (int i = 0; i < DOCUMENTS.size(); i++) {
        RerankResponse alone = reranker.rerank(request(QUESTION, List.of(DOCUMENTS.get(i))));

        assertThat(scores(alone).get(0)).isEqualTo(together.get(i));
      }
    }
  }

  @Test
  void aLongDocumentIsCutAndTheQueryKept() {
    try (var reranker = running("cross-encoder-one-logit")) {
      String late = "day ".repeat(22) + "capital";
      String inTime = "day ".repeat(21) + "capital";
      RerankResponse response = reranker.rerank(request(QUESTION, List.of(late, inTime)));

      assertThat(truncated(response, 0)).isTrue();
      assertThat(truncated(response, 1)).isFalse();
      assertThat(scores(response).get(0)).isEqualTo(logistic(-1));
      assertThat(scores(response).get(1)).isEqualTo(logistic(0));
      assertThat(response.getQueryTruncated()).isFalse();
    }
  }

  @Test
  void onlySoManyTokensOfADocumentAreReadAsAllowed() {
    try (var reranker = running("cross-encoder-one-logit")) {
      RerankResponse response =
          reranker.rerank(request(QUESTION, List.of("Paris is the capital")).setMaxTokensPerDoc(3));

      assertThat(truncated(response, 0)).isTrue();
      assertThat(scores(response).get(0)).isEqualTo(logistic(1));
    }
  }

  @Test
  void aLongQueryIsCutToHalfTheWindow() {
    try (var reranker = running("cross-encoder-one-logit")) {
      String query = "paris " + "big ".repeat(40) + "seine";
      RerankResponse response = reranker.rerank(request(query, List.of("Paris", "Seine")));

      assertThat(response.getQueryTruncated()).isTrue();
      assertThat(scores(response).get(0)).isEqualTo(logistic(0));
      assertThat(scores(response).get(1)).isEqualTo(logistic(-1));
    }
  }

  @Test
  void aDirectoryWithoutAModelStopsTheStartAndNamesTheFile(@TempDir Path empty) {
    assertThatThrownBy(
            () -> new RunningReranker(Map.of("SLUICE_RERANK_MODEL_DIRECTORY", empty.toString())))
        .hasMessageContaining("model.onnx");
  }

  @Test
  void aModelFileThatIsNoneStopsTheStart(@TempDir Path broken) throws Exception {
    Files.writeString(broken.resolve("model.onnx"), "not a model");
    Files.copy(
        directory("cross-encoder-one-logit").resolve("tokenizer.json"),
        broken.resolve("tokenizer.json"));

    assertThatThrownBy(
            () -> new RunningReranker(Map.of("SLUICE_RERANK_MODEL_DIRECTORY", broken.toString())))
        .hasMessageContaining("cannot load");
  }

  private static RunningReranker running(String directory) {
    return new RunningReranker(
        Map.of("SLUICE_RERANK_MODEL_DIRECTORY", directory(directory).toString()));
  }

  private static Path directory(String name) {
    try {
      URL resource = CrossEncoderIT.class.getResource("/" + name);
      return Path.of(Objects.requireNonNull(resource).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double logistic(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /** By the documents' order in the request. */
  private static Map<Integer, Double> scores(RerankResponse response) {
    Map<Integer, Double> scores = new TreeMap<>();
    response
        .getResultsList()
        .forEach(result -> scores.put(result.getIndex(), result.getRelevanceScore()));
    return scores;
  }

  private static boolean truncated(RerankResponse response, int index) {
    return response.getResultsList().stream()
        .filter(result -> result.getIndex() == index)
        .findFirst()
        .orElseThrow()
        .getTruncated();
  }
}
