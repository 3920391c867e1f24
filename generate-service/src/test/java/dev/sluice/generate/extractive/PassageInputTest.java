package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.extractive.Passage.Quotable;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.TokenSequence;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With the embedded model's tokenizer; rows of one dimension stand in for the model's. */
class PassageInputTest {

  private static SentenceEncoder encoder;

  @BeforeAll
  static void load() {
    encoder = SentenceEncoder.load(ModelFiles.embedded(), "", 1, 1000);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void eachSentenceHasItsOwnTokensRows() {
    PassageInput input =
        PassageInput.of("My_title", "🚀 One two three. Four five six seven.", encoder);
    Passage passage = passage(input);
    // Sentence one: emoji, three words, full stop. The second: four words, full stop.
    assertThat(passage.quotables())
        .extracting(Quotable::rows)
        .containsExactly(new Span(0, 5), new Span(5, 10));
    assertThat(passage.rows().count()).isEqualTo(10 + 2);
    assertThat(passage.tokens()).isEqualTo(10 + 2 + 2);
  }

  @Test
  void windowsFitTheModelAndLoseNoToken() {
    String text = "The door opens slowly 🚪. ".repeat(300);
    PassageInput input = PassageInput.of("House", text, encoder);
    assertThat(input.windows().size()).isGreaterThan(3);
    assertThat(input.sequences())
        .allSatisfy(window -> {
          assertThat(window.length()).isLessThanOrEqualTo(encoder.maxTokens());
          assertThat(window.truncated()).isFalse();
        });
    Passage passage = passage(input);
    assertThat(passage.quotables()).hasSize(300);
    assertThat(passage.quotables().getLast().rows().end()).isEqualTo(encoder.count(text));
    assertThat(passage.quotables()).allMatch(sentence -> rows(sentence) == 6);
  }

  private static int rows(Quotable quotable) {
    return quotable.rows().end() - quotable.rows().start();
  }

  private static Passage passage(PassageInput input) {
    List<float[]> outputs =
        input.sequences().stream().map(TokenSequence::length).map(float[]::new).toList();
    return input.passage(outputs, 1);
  }
}
