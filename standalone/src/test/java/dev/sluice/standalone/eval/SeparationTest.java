package dev.sluice.standalone.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeparationTest {

  @Test
  void groupsThatDoNotOverlapAreToldApartEntirely() {
    assertThat(Separation.auc(List.of(0.9, 0.8), List.of(0.1, 0.2))).hasValue(1);
    assertThat(Separation.auc(List.of(0.1, 0.2), List.of(0.9, 0.8))).hasValue(0);
  }

  @Test
  void tiesCountHalf() {
    // Of the four pairs one wins (0.9 > 0.5), one ties (0.5 = 0.5) and 0.95 beats neither.
    assertThat(Separation.auc(List.of(0.9, 0.5), List.of(0.5, 0.95))).hasValue(1.5 / 4);
    assertThat(Separation.auc(List.of(0.5), List.of(0.5, 0.5))).hasValue(0.5);
  }

  @Test
  void anEmptyGroupCannotBeToldApart() {
    assertThat(Separation.auc(List.of(), List.of(0.5))).isEmpty();
    assertThat(Separation.threshold(List.of(), 0.1)).isEmpty();
    assertThat(Separation.shareBelow(List.of(), 0.1)).isEmpty();
  }

  @Test
  void theThresholdRefusesNoMoreThanItsShare() {
    List<Double> scores = List.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5, 1.0);

    double threshold = Separation.threshold(scores, 0.1).orElseThrow();

    assertThat(threshold).isEqualTo(0.2);
    assertThat(Separation.shareBelow(scores, threshold)).hasValue(0.1);
  }
}
