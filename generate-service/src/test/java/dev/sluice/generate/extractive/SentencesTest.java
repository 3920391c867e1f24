package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SentencesTest {

  static Stream<Arguments> paragraphs() {
    return Stream.of(
        sentences("It rains. The road is wet.", "It rains.", "The road is wet."),
        sentences("Is it open? It is!", "Is it open?", "It is!"),
        sentences("  padded.   Twice.  ", "padded.", "Twice."),
        sentences(
            "Ponce landed near St. Augustine in 1513. He left.",
            "Ponce landed near St. Augustine in 1513.",
            "He left."),
        sentences("Dr. Smith and Mrs. Jones met.", "Dr. Smith and Mrs. Jones met."),
        sentences(
            "William E. Simon signed it. So it was.", "William E. Simon signed it.", "So it was."),
        sentences("The U.S. Secretary of State spoke.", "The U.S. Secretary of State spoke."),
        sentences("J. R. R. Tolkien wrote it.", "J. R. R. Tolkien wrote it."),
        sentences(
            "Use a flag, e.g. the first one, i.e. this.",
            "Use a flag, e.g. the first one, i.e. this."),
        sentences(
            "It grew by 3.5 percent. Then it fell.", "It grew by 3.5 percent.", "Then it fell."),
        sentences(
            "Set limits.max to 5. No restart is needed.",
            "Set limits.max to 5.",
            "No restart is needed."),
        sentences("Edit config.yaml. then restart.", "Edit config.yaml. then restart."),
        sentences("No. The server stops first.", "No. The server stops first."),
        sentences("He said \"Stop.\" Then he left.", "He said \"Stop.\"", "Then he left."),
        sentences("Launched 🚀. It works 👍🏽! Fine.", "Launched 🚀.", "It works 👍🏽!", "Fine."),
        sentences("これは本です。あれは机です。", "これは本です。", "あれは机です。"),
        sentences("   "),
        sentences(""));
  }

  @ParameterizedTest
  @MethodSource("paragraphs")
  void aParagraphSplitsIntoItsSentences(String paragraph, List<String> sentences) {
    assertThat(Sentences.of(paragraph)).extracting(span -> span.of(paragraph)).isEqualTo(sentences);
  }

  private static Arguments sentences(String paragraph, String... expected) {
    return Arguments.of(paragraph, List.of(expected));
  }
}
