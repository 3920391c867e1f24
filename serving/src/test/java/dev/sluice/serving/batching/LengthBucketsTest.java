package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthBucketsTest {

  private static final int LONGEST = 100_000;

  @Test
  void everyLengthLiesBetweenTheBoundBeforeAndItsOwn() {
    for (int length = 1; length <= LONGEST; length++) {
      int bucket = LengthBuckets.of(length);
      assertThat(length).isLessThanOrEqualTo(LengthBuckets.bound(bucket));
      assertThat(length).isGreaterThan(bucket == 0 ? 0 : LengthBuckets.bound(bucket - 1));
    }
  }

  @Test
  void boundsAreThoseOfTheDesignAndMultiplesOfEight() {
    assertThat(IntStream.range(0, 17).map(LengthBuckets::bound).toArray())
        .containsExactly(
            8, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512);
    for (int bucket = 0; LengthBuckets.bound(bucket) < LONGEST; bucket++) {
      assertThat(LengthBuckets.bound(bucket) % BatchLimits.STEP).isZero();
    }
  }

  @Test
  void paddingInsideABucketStaysBelowAThird() {
    for (int length = 25; length <= LONGEST; length++) {
      int bound = LengthBuckets.bound(LengthBuckets.of(length));
      assertThat(bound - BatchLimits.roundUp(length)).isLessThan(bound / 3);
    }
  }
}
