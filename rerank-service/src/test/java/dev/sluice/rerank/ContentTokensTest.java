package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.encoder.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ContentTokensTest {

  @Test
  void stopWordsPunctuationAndAddedTokensAreLeftOut() {
    assertThat(kept("What |is |the |capital |of |France|?")).containsExactly("capital ", "France");
  }

  @Test
  void stopWordsAreFoundInAnyCaseAndWithTheirSpace() {
    assertThat(kept("WHO| Was| Ada")).containsExactly(" Ada");
  }

  @Test
  void aPieceOfAWordIsNotTakenForAStopWord() {
    assertThat(kept("in|sul|in |thi|s")).containsExactly("in", "sul", "in ");
  }

  @Test
  void aQueryOfStopWordsKeepsThem() {
    assertThat(kept("to |be |or |not |to |be|?"))
        .containsExactly("to ", "be ", "or ", "not ", "to ", "be");
  }

  @Test
  void aQueryOfPunctuationKeepsEverything() {
    assertThat(kept("?|!")).containsExactly("", "?", "!", "");
  }

  @Test
  void lettersOfAnyScriptAndPlaneCount() {
    assertThat(kept("東京|は|。|𝒳|😀")).containsExactly("東京", "は", "𝒳");
  }

  @Test
  void aQueryOfWhichTheTokenizerLeavesNothingKeepsTheAddedTokens() {
    TokenSequence empty =
        new TokenSequence(
            new long[2], new long[2], new boolean[] {true, true}, new int[2], new int[2], false);

    assertThat(ContentTokens.of("\u200b", empty)).containsExactly(0, 1);
  }

  /** Tokens as the bars divide them, between two that the model adds. */
  private static List<String> kept(String divided) {
    String text = divided.replace("|", "");
    String[] pieces = divided.split("\\|", -1);
    int length = pieces.length + 2;
    boolean[] special = new boolean[length];
    special[0] = true;
    special[length - 1] = true;
    int[] starts = new int[length];
    int[] ends = new int[length];
    int position = 0;
    for (int i = 0; i < pieces.length; i++) {
      starts[i + 1] = position;
      position += pieces[i].length();
      ends[i + 1] = position;
    }
    var tokens =
        new TokenSequence(new long[length], new long[length], special, starts, ends, false);
    List<String> kept = new ArrayList<>();
    Arrays.stream(ContentTokens.of(text, tokens))
        .forEach(i -> kept.add(text.substring(starts[i], ends[i])));
    return kept;
  }
}
