package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.generate.extractive.Passage.Quotable;
import dev.sluice.generate.extractive.SentenceRanking.Candidate;
import dev.sluice.generate.extractive.Unit.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Vectors of two dimensions: north is (0, 1), east is (1, 0). */
class SentenceRankingTest {

  private static final float[] NORTH = {0, 1};
  private static final float[] EAST = {1, 0};
  private static final float[] BETWEEN = {.6f, .8f};
  private static final double TOLERANCE = .005;

  @Test
  void supportIsTheMeanOverTheQuestionOfTheNearestTokenInTheSentence() {
    Candidate only =
        SentenceRanking.of(question(Set.of(), NORTH, EAST), List.of(passage(1, BETWEEN)), texts(1))
            .getFirst();
    assertThat(only.support()).isCloseTo((.8 + .6) / 2, within(TOLERANCE));
  }

  @Test
  void rankAddsThePassageAndTheSharedWords() {
    Question question = question(Set.of("word", "else"), NORTH);
    List<Candidate> ranked =
        SentenceRanking.of(question, List.of(passage(2, BETWEEN, EAST)), texts(2));
    assertThat(ranked.getFirst().rank())
        .isCloseTo((.8 + .5 * .8 + .1 * .5) / 1.6, within(TOLERANCE));
    assertThat(ranked.getLast().rank()).isCloseTo((0 + .5 * .8 + .1 * .5) / 1.6, within(TOLERANCE));
  }

  @Test
  void titleRowsCountForThePassageOnly() {
    Passage titled = passage(1, EAST, NORTH);
    Candidate only =
        SentenceRanking.of(question(Set.of(), NORTH), List.of(titled), texts(1)).getFirst();
    assertThat(only.support()).isCloseTo(0, within(TOLERANCE));
    assertThat(only.rank()).isCloseTo(.5 / 1.6, within(TOLERANCE));
  }

  @Test
  void equalSentencesStandInTheRequestsOrder() {
    List<Passage> passages = List.of(passage(2, NORTH, NORTH), passage(1, NORTH));
    List<Candidate> ranked =
        SentenceRanking.of(question(Set.of(), NORTH), passages, List.of("word. word.", "word."));
    assertThat(ranked).extracting(Candidate::document).containsExactly(0, 0, 1);
    assertThat(ranked)
        .extracting(candidate -> candidate.unit().span().start())
        .containsExactly(0, 6, 0);
  }

  @Test
  void aQuestionWithoutTokensRanksNothing() {
    assertThat(
            SentenceRanking.of(
                new Question(List.of(), false, Set.of()), List.of(passage(1, NORTH)), texts(1)))
        .isEmpty();
  }

  private static Question question(Set<String> stems, float[]... vectors) {
    return new Question(List.of(vectors), true, stems);
  }

  /** Sentences of one token each; rows beyond them are the title's. */
  private static Passage passage(int sentences, float[]... rows) {
    var builder = new TokenRows.Builder(rows.length, 2);
    for (float[] row : rows) {
      builder.add(row, 0);
    }
    List<Quotable> quotables = new ArrayList<>();
    for (int i = 0; i < sentences; i++) {
      quotables.add(
          new Quotable(new Unit(new Span(6 * i, 6 * i + 5), Kind.SENTENCE), new Span(i, i + 1)));
    }
    return new Passage(quotables, builder.build(), rows.length);
  }

  private static List<String> texts(int sentences) {
    return List.of("word. ".repeat(sentences));
  }
}
