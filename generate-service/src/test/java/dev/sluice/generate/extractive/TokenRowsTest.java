package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.serving.encoder.Vectors;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenRowsTest {

  @Test
  void cosinesKeepTwoDigitsAndMore() {
    Random random = new Random(7);
    float[] matrix = new float[3 * 384];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = (float) random.nextGaussian() * 5;
    }
    TokenRows rows = new TokenRows.Builder(2, 384).add(matrix, 2).add(matrix, 0).build();
    float[] vector = Vectors.unitRow(matrix, 1, 384);
    assertThat(rows.cosine(vector, 0))
        .isCloseTo(Vectors.dot(vector, Vectors.unitRow(matrix, 2, 384)), within(.003f));
    assertThat(rows.cosine(Vectors.unitRow(matrix, 0, 384), 1)).isCloseTo(1, within(.003f));
  }

  @Test
  void aRowOfZerosIsLikeNothing() {
    TokenRows rows = new TokenRows.Builder(1, 2).add(new float[2], 0).build();
    assertThat(rows.cosine(new float[] {1, 0}, 0)).isZero();
  }
}
