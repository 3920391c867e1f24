package dev.sluice.generate.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.sluice.serving.failure.Failure;
import org.junit.jupiter.api.Test;

class TextPiecesTest {

  private static final String TEXT = "aé€🎈ﬃ";
  private static final ByteString BYTES = ByteString.copyFromUtf8(TEXT);

  @Test
  void deltasPartedAnywhereGiveWholeCharacters() {
    for (int i = 0; i <= BYTES.size(); i++) {
      for (int j = i; j <= BYTES.size(); j++) {
        TextPieces pieces = TextPieces.of(TextMode.DELTA);
        StringBuilder text = new StringBuilder();
        for (ByteString part :
            new ByteString[] {BYTES.substring(0, i), BYTES.substring(i, j), BYTES.substring(j)}) {
          text.append(whole(pieces.add(part)));
        }
        assertThat(text.append(pieces.end())).hasToString(TEXT);
      }
    }
  }

  private static String whole(String piece) {
    assertThat(piece).doesNotContain("\uFFFD");
    return piece;
  }

  @Test
  void bytesThatAreNoCharacterAreNotWaitedForForever() {
    TextPieces pieces = TextPieces.of(TextMode.DELTA);
    assertThat(pieces.add(bytes(0xFF, 'a'))).isEqualTo("\uFFFDa");
    assertThat(pieces.add(bytes(0xE2))).isEmpty();
    assertThat(pieces.add(bytes('b'))).isEqualTo("\uFFFDb");
    assertThat(pieces.add(bytes(0xE2, 0x82))).isEmpty();
    assertThat(pieces.end()).isEqualTo("\uFFFD");
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  @Test
  void cumulativeTextAddsWhatIsNew() {
    TextPieces pieces = TextPieces.of(TextMode.CUMULATIVE);
    assertThat(cumulative(pieces, "One")).isEqualTo("One");
    assertThat(cumulative(pieces, "One")).isEmpty();
    assertThat(cumulative(pieces, "One two")).isEqualTo(" two");
    assertThat(pieces.end()).isEmpty();
  }

  @Test
  void anEndThatMayStillBecomeACharacterIsHeldBack() {
    TextPieces pieces = TextPieces.of(TextMode.CUMULATIVE);
    assertThat(cumulative(pieces, "a\uFFFD")).isEqualTo("a");
    assertThat(cumulative(pieces, "a\uFFFD\uFFFD")).isEmpty();
    assertThat(cumulative(pieces, "a🎈")).isEqualTo("🎈");
    assertThat(cumulative(pieces, "a🎈\uFFFD")).isEmpty();
    assertThat(cumulative(pieces, "a🎈\uFFFD!")).isEqualTo("\uFFFD!");
    assertThat(pieces.add(BYTES.concat(bytes(0xF0)).substring(0, 2))).isEmpty();
  }

  @Test
  void whatIsHeldBackAtTheEndIsPassedOn() {
    TextPieces pieces = TextPieces.of(TextMode.CUMULATIVE);
    assertThat(cumulative(pieces, "a\uFFFD")).isEqualTo("a");
    assertThat(pieces.end()).isEqualTo("\uFFFD");
  }

  @Test
  void textThatWasPassedOnMustNotChange() {
    TextPieces pieces = TextPieces.of(TextMode.CUMULATIVE);
    assertThat(cumulative(pieces, "One")).isEqualTo("One");
    assertThatThrownBy(() -> cumulative(pieces, "Once")).isInstanceOf(Failure.Internal.class);
  }

  private static String cumulative(TextPieces pieces, String text) {
    return pieces.add(ByteString.copyFromUtf8(text));
  }
}
