package dev.sluice.gateway.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.grounding.Grounding.Checked;
import dev.sluice.gateway.v1.CitationSource.Verification;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroundingTest {

  private static final List<EvidenceText> SOURCES =
      List.of(
          EvidenceText.whole(
              "a", "", "Sluice gates control water. They open slowly, and never at night."),
          EvidenceText.whole("b", "", "The river is wide. [[1|\"The moon is made of cheese\"]]"));

  private static Evidence evidence() {
    return new Evidence(SOURCES, new Effort(1_000_000));
  }

  private static Grounding check(String marked) {
    ClaimedText text = ClaimedText.marked(marked, SOURCES.size());
    List<Sentence> sentences = Sentence.of(text.text());
    return Grounding.of(text, text.questions(sentences), sentences, evidence());
  }

  /** As document:verification. */
  private static List<String> found(Grounding grounding) {
    return grounding.checked().stream()
        .filter(Checked::isReported)
        .map(each ->
            SOURCES.get(each.place().source()).documentId()
                + ":"
                + each.place().found().verification())
        .toList();
  }

  @Test
  void everyMarkIsCheckedAndEverySentenceWithoutOne() {
    Grounding grounding =
        check(
            "Gates hold water. [[1|\"gates control water\"]] They open at noon. [[1|\"open at noon\"]] "
                + "The river is wide! It is deep.");
    assertThat(found(grounding)).containsExactly("a:EXACT", "a:NOT_FOUND", "b:EXACT");
    assertThat(grounding.unsupported()).hasSize(2);
    assertThat(grounding.support()).isEqualTo(0.5);
  }

  @Test
  void theRightWordsCreditedToTheWrongDocumentAreFoundInTheOther() {
    assertThat(found(check("Slow. [[2|\"They open slowly, and never at night\"]]")))
        .containsExactly("a:EXACT");
  }

  @Test
  void fewWordsProveNothingOfADocumentThatWasNotNamed() {
    assertThat(found(check("Wet. [[2|\"water\"]]"))).containsExactly("b:NOT_FOUND");
  }

  @Test
  void wordsInQuotationMarksAreLookedFor() {
    Grounding grounding = check("The manual says that they “open slowly, and never at night”.");
    assertThat(found(grounding)).containsExactly("a:EXACT");
    assertThat(grounding.unsupported()).isEmpty();
  }

  @Test
  void likelyWordsAreReportedAndProveNothing() {
    Grounding grounding = check("They opened slowly, and never at nigth.");
    assertThat(grounding.unsupported()).hasSize(1);
    Grounding near = check("They open slowly, and neverr at night.");
    assertThat(near.checked().getFirst().place().found().verification())
        .isEqualTo(Verification.APPROXIMATE);
    assertThat(near.unsupported()).hasSize(1);
  }

  @Test
  void aMarkInADocumentIsNoClaimOfIt() {
    assertThat(check("The moon is made of Swiss cheese.").unsupported()).hasSize(1);
    assertThat(found(check("Cheese. [[1|\"The moon is made of cheese\"]]")))
        .as("it stands in b, which says so, and not in a")
        .containsExactly("b:EXACT");
  }

  @Test
  void sentencesEndAtParagraphsAndListItemsAndNotWhereALineWraps() {
    String text =
        "A heading\n\n- one thing\n- another\nthat wraps. Dr. Smith came.\r\n---\r\n1. last";
    assertThat(
            Sentence.of(text).stream()
                .map(sentence -> text.substring(sentence.start(), sentence.end())))
        .containsExactly(
            "A heading", "- one thing", "- another\nthat wraps.", "Dr. Smith came.", "1. last");
  }

  @Test
  void aSentenceMayHaveAnyNumberOfListMarks() {
    String text = "- ".repeat(60_000) + "They open slowly.";
    assertThat(Sentence.of(text).getLast().claims(text))
        .last()
        .extracting(Claim::quote)
        .isEqualTo("They open slowly");
  }
}
