package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.extractive.SentenceRanking.Candidate;
import dev.sluice.generate.extractive.Unit.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentenceSelectionTest {

  private final SentenceSelection selection = new SentenceSelection(.65);

  @Test
  void theBestSentenceMustReachTheThreshold() {
    assertThat(selection.isSupported(List.of(candidate("a", .65, .5)), true)).isTrue();
    assertThat(selection.isSupported(List.of(candidate("a", .64, .9)), true)).isFalse();
    assertThat(selection.isSupported(List.of(), true)).isFalse();
  }

  @Test
  void aBetterSupportedSentenceFurtherDownDoesNotCount() {
    List<Candidate> ranked = List.of(candidate("a", .6, .9), candidate("b", .7, .8));
    assertThat(selection.isSupported(ranked, true)).isFalse();
  }

  @Test
  void aQuestionWithoutASubjectNeedsASharedWord() {
    Unit unit = new Unit(new Span(0, 1), Kind.SENTENCE);
    assertThat(selection.isSupported(List.of(new Candidate(0, unit, "a", .9, 0, .9)), false))
        .isFalse();
    assertThat(selection.isSupported(List.of(new Candidate(0, unit, "a", .9, .5, .9)), false))
        .isTrue();
  }

  @Test
  void atMostThreeWithinTheMarginAreShown() {
    List<Candidate> ranked =
        List.of(
            candidate("red apples grow", .9, .8),
            candidate("blue boats sail", .9, .79),
            candidate("green hills rise", .9, .78),
            candidate("black birds sing", .9, .77));
    assertThat(shown(ranked)).hasSize(3);
    assertThat(shown(List.of(ranked.getFirst(), candidate("far below it", .9, .7)))).hasSize(1);
  }

  @Test
  void aNearDuplicateGivesWayToTheBetterOne() {
    List<Candidate> ranked =
        List.of(
            candidate("The cache is bounded.", .9, .8),
            candidate("the cache is bounded", .9, .79),
            candidate("Old entries are evicted.", .9, .78));
    assertThat(shown(ranked))
        .extracting(Candidate::words)
        .containsExactly("The cache is bounded.", "Old entries are evicted.");
  }

  private static List<Candidate> shown(List<Candidate> ranked) {
    return SentenceSelection.shown(ranked, (a, b) -> 0);
  }

  private static Candidate candidate(String words, double support, double rank) {
    return new Candidate(0, new Unit(new Span(0, 1), Kind.SENTENCE), words, support, 0, rank);
  }
}
