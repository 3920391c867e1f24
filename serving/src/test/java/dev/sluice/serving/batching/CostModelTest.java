package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is learned from batches of known costs, with noise, pauses and changes. */
class CostModelTest {

  private static final Costs GPU = new Costs(3e6, 5e3, 1.2);
  private static final Percentage FIVE_PERCENT = Percentage.withPercentage(5);
  private static final Percentage TEN_PERCENT = Percentage.withPercentage(10);

  private final CostModel model = new CostModel();
  private final Random random = new Random(7);

  /** A batch of random size that takes as long as it costs, times a factor. */
  private void observe(Costs costs, double factor) {
    long longest = 8L << random.nextInt(7);
    long tokens = longest << random.nextInt(6);
    model.observe(tokens, longest, (long) (costs.nanos(tokens, longest) * factor));
  }

  private double noise() {
    return 1 + 0.04 * random.nextGaussian();
  }

  private void assertPredicts(Costs costs, Percentage tolerance) {
    for (long longest = 8; longest <= 512; longest *= 4) {
      for (long items = 1; items <= 32; items *= 2) {
        long tokens = items * longest;
        assertThat((double) model.predict(tokens, longest))
            .isCloseTo((double) costs.nanos(tokens, longest), tolerance);
      }
    }
  }

  @Test
  void itIsKnownAfterFourBatches() {
    for (int i = 0; i < 4; i++) {
      assertThat(model.isKnown()).isFalse();
      observe(GPU, 1);
    }
    assertThat(model.isKnown()).isTrue();
  }

  @Test
  void theThreeCostsAreRecoveredFromNoisyBatches() {
    for (int i = 0; i < 300; i++) {
      observe(GPU, noise());
    }
    assertThat(model.launch()).isCloseTo(GPU.launch(), TEN_PERCENT);
    assertThat(model.perToken()).isCloseTo(GPU.perToken(), TEN_PERCENT);
    assertThat(model.quadratic()).isCloseTo(GPU.quadratic(), Percentage.withPercentage(20));
    assertPredicts(GPU, FIVE_PERCENT);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 3, 10})
  void theFirstGuessMayBeWrongTenfold(double factor) {
    var costs = new Costs(2e6 * factor, 1e4 * factor, factor);
    for (int i = 0; i < 30; i++) {
      observe(costs, noise());
    }
    assertPredicts(costs, TEN_PERCENT);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 4, 20, 1000})
  void aPauseNowAndThenMovesNothing(double pause) {
    for (int i = 0; i < 300; i++) {
      observe(GPU, i % 20 == 19 ? pause : noise());
    }
    assertPredicts(GPU, TEN_PERCENT);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 10})
  void aModelThatChangesTenfoldIsLearnedAnew(double factor) {
    for (int i = 0; i < 500; i++) {
      observe(GPU, noise());
    }
    var changed =
        new Costs(GPU.launch() * factor, GPU.perToken() * factor, GPU.quadratic() * factor);
    for (int i = 0; i < 60; i++) {
      observe(changed, noise());
    }
    assertPredicts(changed, Percentage.withPercentage(15));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2})
  void aModelThatChangesTwofoldIsFollowed(double factor) {
    for (int i = 0; i < 500; i++) {
      observe(GPU, noise());
    }
    var changed =
        new Costs(GPU.launch() * factor, GPU.perToken() * factor, GPU.quadratic() * factor);
    for (int i = 0; i < 1500; i++) {
      observe(changed, noise());
    }
    assertPredicts(changed, TEN_PERCENT);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void costsAreNeverNegativeNorPredictionsOutOfRange(long seed) {
    var wild = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      long longest = 1L + wild.nextInt(1 << wild.nextInt(1, 17));
      long nanos = wild.nextLong(1L << wild.nextInt(1, 40));
      model.observe(longest * (1 + wild.nextInt(256)), longest, nanos - 1);
      assertThat(model.launch()).isNotNegative().isFinite();
      assertThat(model.perToken()).isNotNegative().isFinite();
      assertThat(model.quadratic()).isNotNegative().isFinite();
      assertThat(model.predict(16384, 512)).isBetween(0L, Long.MAX_VALUE / 2);
    }
  }

  @Test
  void batchesThatAreAllAlikeStillPredictTheirLike() {
    for (int i = 0; i < 1000; i++) {
      model.observe(1024, 128, 5_000_000);
    }
    assertThat((double) model.predict(1024, 128)).isCloseTo(5e6, FIVE_PERCENT);
  }
}
