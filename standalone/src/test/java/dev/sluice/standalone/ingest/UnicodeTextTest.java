package dev.sluice.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UnicodeTextTest {

  @Test
  void textThatIsValidStaysAsItIs() {
    UnicodeText text = UnicodeText.decode("naïve 🙂\r\n".getBytes(StandardCharsets.UTF_8));

    assertThat(text).isEqualTo(new UnicodeText("naïve 🙂\r\n", false));
  }

  @Test
  void byteOrderMarksNameTheEncodingAndAreNoText() {
    assertThat(UnicodeText.decode(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a'}).value())
        .isEqualTo("a");
    assertThat(UnicodeText.decode(new byte[] {(byte) 0xFE, (byte) 0xFF, 0, 'a'}).value())
        .isEqualTo("a");
    assertThat(UnicodeText.decode(new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0}).value())
        .isEqualTo("a");
  }

  @Test
  void bytesThatAreNotUtf8AreReplaced() {
    assertThat(UnicodeText.decode(new byte[] {'a', (byte) 0xC3, 'b'}))
        .isEqualTo(new UnicodeText("a\uFFFDb", true));
  }

  @Test
  void loneSurrogatesAndNulsAreReplacedAndPairsAreNot() {
    assertThat(UnicodeText.clean("\uD83D\uDE42 \uD83D x\uDE42\0"))
        .isEqualTo(new UnicodeText("\uD83D\uDE42 \uFFFD x\uFFFD\uFFFD", true));
    assertThat(UnicodeText.clean("end \uD83D").value()).isEqualTo("end \uFFFD");
  }

  @Test
  void aTextIsCutBetweenCharacters() {
    assertThat(UnicodeText.first("a🙂b", 2)).isEqualTo("a🙂");
    assertThat(UnicodeText.first("ab", 5)).isEqualTo("ab");
  }
}
