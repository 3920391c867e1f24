package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LexicalPartTest {

  @Test
  void firstStageScoresServeWhenEveryDocumentHasOne() {
    double[] parts = parts(candidates("rivers", scored("cities", 4), scored("rivers", 1)));

    assertThat(parts).containsExactly(new double[] {0.15, 0.0375}, within(1e-12));
  }

  @Test
  void theCandidatesOwnWordsServeWhenOneDocumentHasNoScore() {
    double[] parts = parts(candidates("a river", scored("cities", 4), unscored("the rivers")));

    assertThat(parts[0]).isZero();
    assertThat(parts[1]).isPositive();
  }

  @Test
  void wordsAreComparedByTheirStemsAndWithoutStopWords() {
    assertThat(Words.of("The Rivers' cities, and a CITY")).containsExactly("river", "citi", "citi");
  }

  @Test
  void aCallerWhoseTimeIsOverGetsNothing() {
    var late = new WaitingCaller(Context.ROOT, Deadline.after(-1, TimeUnit.SECONDS));

    assertThatThrownBy(() -> LexicalPart.of(candidates("query", unscored("text")), late))
        .isInstanceOf(Failure.DeadlineExceeded.class);
  }

  private static double[] parts(Candidates candidates) {
    return LexicalPart.of(candidates, WaitingCaller.until(Deadline.after(1, TimeUnit.MINUTES)));
  }

  private static Candidates candidates(String query, Candidate... documents) {
    return new Candidates("default", query, List.of(documents), 0);
  }

  private static Candidate scored(String text, double score) {
    return new Candidate(text, OptionalDouble.of(score));
  }

  private static Candidate unscored(String text) {
    return new Candidate(text, OptionalDouble.empty());
  }
}
