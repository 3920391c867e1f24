package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class LexicalPartTest {

  @Test
  void firstStageScoresServeWhenEveryDocumentHasOne() {
    double[] parts = LexicalPart.of(candidates("rivers", scored("cities", 4), scored("rivers", 1)));

    assertThat(parts).containsExactly(new double[] {0.15, 0.0375}, within(1e-12));
  }

  @Test
  void theCandidatesOwnWordsServeWhenOneDocumentHasNoScore() {
    double[] parts =
        LexicalPart.of(candidates("a river", scored("cities", 4), unscored("the rivers")));

    assertThat(parts[0]).isZero();
    assertThat(parts[1]).isPositive();
  }

  @Test
  void wordsAreComparedByTheirStemsAndWithoutStopWords() {
    assertThat(Words.of("The Rivers' cities, and a CITY")).containsExactly("river", "citi", "citi");
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
