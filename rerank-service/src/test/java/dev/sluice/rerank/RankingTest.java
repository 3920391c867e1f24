package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class RankingTest {

  @Test
  void theBestComesFirstAndTiesStayInOrder() {
    assertThat(Ranking.of(scores(0.2, 0.9, 0.2, 0.5, 0.9), 0)).containsExactly(1, 4, 3, 0, 2);
  }

  @Test
  void onlySoManyAsWantedAreReturned() {
    assertThat(Ranking.of(scores(0.2, 0.9, 0.5), 2)).containsExactly(1, 2);
    assertThat(Ranking.of(scores(0.2, 0.9), Integer.MAX_VALUE)).containsExactly(1, 0);
  }

  @Test
  void aScoreThatIsNoNumberFailsTheCall() {
    assertThatThrownBy(() -> Ranking.of(scores(0.2, Double.NaN), 0))
        .isInstanceOf(Failure.Internal.class);
  }

  private static List<Score> scores(double... values) {
    return DoubleStream.of(values).mapToObj(value -> new Score(value, false)).toList();
  }
}
