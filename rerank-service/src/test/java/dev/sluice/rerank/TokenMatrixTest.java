package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.TokenVectors;
import dev.sluice.serving.encoder.Truncation;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenMatrixTest {

  @Test
  void maxSimIsTheMeanOfEachQueryTokensBestCosine() {
    float[] passage = {3, 0, 0, 0, 5, 0};
    float[] query = {7, 0, 0, 0, 1, 1, 0, 0, -2};
    TokenMatrix matrix = TokenMatrix.of(passage, 3, Matrices.plain(2));

    double maxSim = matrix.maxSim(QueryMatrix.of(query, 3, new int[] {0, 1, 2}));

    assertThat(maxSim).isCloseTo((1 + Math.sqrt(0.5) + 0) / 3, within(1e-4));
  }

  @Test
  void queryRowsThatAreNotKeptDoNotCount() {
    TokenMatrix matrix = TokenMatrix.of(new float[] {1, 0}, 2, Matrices.plain(1));
    float[] query = {0, 1, 1, 0};

    assertThat(matrix.maxSim(QueryMatrix.of(query, 2, new int[] {1}))).isCloseTo(1, within(1e-4));
  }

  @Test
  void tokensThatTheModelAddedDoNotCount() {
    float[] passage = {1, 0, 0, 1, 1, 0};
    TokenMatrix matrix = TokenMatrix.of(passage, 2, Matrices.framed(3));

    assertThat(matrix.rows()).isEqualTo(1);
    assertThat(matrix.maxSim(QueryMatrix.of(new float[] {1, 0}, 2, new int[] {0}))).isZero();
  }

  @Test
  void negativeCosinesStayNegative() {
    TokenMatrix matrix = TokenMatrix.of(new float[] {-1, 0}, 2, Matrices.plain(1));

    assertThat(matrix.maxSim(QueryMatrix.of(new float[] {1, 0}, 2, new int[] {0})))
        .isCloseTo(-1, within(1e-4));
  }

  @Test
  void aPassageWithoutTokensOfItsOwnScoresZero() {
    TokenMatrix matrix = TokenMatrix.of(new float[] {1, 0, 0, 1}, 2, Matrices.framed(2));

    assertThat(matrix.rows()).isZero();
    assertThat(matrix.maxSim(QueryMatrix.of(new float[] {1, 0}, 2, new int[] {0}))).isZero();
  }

  @Test
  void vectorsOfZerosScoreZero() {
    TokenMatrix matrix = TokenMatrix.of(new float[] {0, 0}, 2, Matrices.plain(1));

    assertThat(matrix.maxSim(QueryMatrix.of(new float[] {1, 0}, 2, new int[] {0}))).isZero();
    assertThat(
            TokenMatrix.of(new float[] {1, 0}, 2, Matrices.plain(1))
                .maxSim(QueryMatrix.of(new float[] {0, 0}, 2, new int[] {0})))
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 384, 768, 1024, 4096})
  void theLargestPossibleProductsDoNotOverflow(int dimension) {
    float[] flat = new float[dimension];
    Arrays.fill(flat, -0.25f);
    TokenMatrix matrix = TokenMatrix.of(flat, dimension, Matrices.plain(1));

    assertThat(matrix.maxSim(QueryMatrix.of(flat, dimension, new int[] {0})))
        .isCloseTo(1, within(1e-3));
  }

  @Test
  void eightBitsAreWithinTwoThousandthsOfFloatsOnRandomVectors() {
    Random random = new Random(42);
    for (int trial = 0; trial < 50; trial++) {
      float[] passage = Matrices.random(random, 60, 384);
      float[] query = Matrices.random(random, 12, 384);
      int[] rows = IntStream.range(0, 12).toArray();

      double exact = Matrices.maxSim(query, rows, passage, 384);
      double ours =
          TokenMatrix.of(passage, 384, Matrices.plain(60)).maxSim(QueryMatrix.of(query, 384, rows));

      assertThat(ours).isCloseTo(exact, within(2e-3));
    }
  }

  @Test
  void eightBitsAreWithinTwoThousandthsOfFloatsOnTheModelsVectors() {
    try (OnnxModel model = OnnxModel.load(ModelFiles.embedded(), 1)) {
      TokenVectors vectors = new TokenVectors(model);
      float[] query = vectors.of(List.of(tokens(model, SampleTexts.QUESTION))).getFirst();
      int[] rows = IntStream.range(1, query.length / vectors.dimension() - 1).toArray();
      for (String text : SampleTexts.ALL) {
        TokenSequence tokens = tokens(model, text);
        float[] passage = vectors.of(List.of(tokens)).getFirst();
        int width = vectors.dimension();
        float[] own = Arrays.copyOfRange(passage, width, passage.length - width);

        assertThat(
                TokenMatrix.of(passage, width, tokens).maxSim(QueryMatrix.of(query, width, rows)))
            .isCloseTo(Matrices.maxSim(query, rows, own, width), within(2e-3));
      }
    }
  }

  private static TokenSequence tokens(OnnxModel model, String text) {
    return model.tokenizer().encode(text, model.maxTokens(), Truncation.END);
  }

  @Test
  void itsSizeIsAByteForEachElementAndAScaleForEachRow() {
    TokenMatrix matrix = TokenMatrix.of(new float[10 * 384], 384, Matrices.framed(10));

    assertThat(matrix.bytes()).isEqualTo(8 * (384 + 4));
  }
}
