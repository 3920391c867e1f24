package dev.sluice.rerank;

import static dev.sluice.rerank.RunningReranker.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.serving.inference.real.RealTriton;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real Triton, whose model scores a pair by the tokens that both halves share. */
@Timeout(300)
final class RerankRealTritonIT {

  private static final String QUESTION = "the capital of France";
  private static final int TOKENS = 4;

  @TempDir private Path folder;

  /** Shared tokens of the question's: the model's logit is from -4, none, to 4, all. */
  private static double score(int shared) {
    return 1 / (1 + Math.exp(-8.0 * ((double) shared / TOKENS - 0.5)));
  }

  @Test
  void everyDocumentGetsTheScoreOfItsOwnPair() throws Exception {
    var resource = RerankRealTritonIT.class.getResource("/cross-encoder-one-logit");
    var directory = Path.of(Objects.requireNonNull(resource).toURI());
    try (var triton = RealTriton.start(folder, "rerank");
        var reranker =
            new RunningReranker(
                Map.of(
                    "SLUICE_RERANK_BACKEND", "inference",
                    "SLUICE_RERANK_TARGETS", triton.target(),
                    "SLUICE_RERANK_MODEL_DIRECTORY", directory.toString()))) {
      List<String> documents =
          List.of("river", "France", "the capital of France", "the river", "capital of France");
      var response = reranker.rerank(request(QUESTION, documents));
      assertThat(response.getResultsList())
          .extracting(RerankResult::getIndex)
          .containsExactly(2, 4, 1, 3, 0);
      List<Integer> shared = List.of(0, 1, 4, 1, 3);
      for (RerankResult result : response.getResultsList()) {
        assertThat(result.getRelevanceScore())
            .isCloseTo(score(shared.get(result.getIndex())), within(1e-6));
      }
      assertThat(triton.journal("rerank")).as("one batch").hasSize(1);
    }
  }
}
