package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class PairTokensTest {

  private static final OnnxModel MODEL = OnnxModel.load(ModelFiles.embedded(), 1);
  private static final List<String> DOCUMENTS =
      List.of("one two three", "unbelievably long words, don't they?", "word ".repeat(100), "?!");

  private final PairTokens pairs = new PairTokens(MODEL.tokenizer(), 32);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  @Test
  void aPairHasAtLeastTheQuerysTokensAndOneAWord() {
    PairTokens.Query query = pairs.query("what is it");
    assertThat(pairs.least(query, "one two three", 0)).isEqualTo(query.tokens() + 3);
  }

  @Test
  void noPairHasFewerTokensThanTheLeast() {
    for (String question : List.of("what", "what is it ".repeat(20))) {
      PairTokens.Query query = pairs.query(question);
      for (String document : DOCUMENTS) {
        for (int most : new int[] {0, 1, 5, 500}) {
          assertThat(pairs.least(query, document, most))
              .isLessThanOrEqualTo(pairs.pair(query, document, most).length());
        }
      }
    }
  }
}
