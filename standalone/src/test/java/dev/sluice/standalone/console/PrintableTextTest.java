package dev.sluice.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTextTest {

  @Test
  void controlCharactersAndDirectionOverridesBecomeSpaces() {
    assertThat(PrintableText.of("a\u001B[31mb\u202Ec\u0007d\r\n\te"))
        .isEqualTo("a [31mb c d \n\te");
  }

  @Test
  void loneSurrogatesAreReplaced() {
    assertThat(PrintableText.of("x\uD800y🙂")).isEqualTo("x\uFFFDy🙂");
  }

  @Test
  void oneLineIsOneLine() {
    assertThat(PrintableText.oneLine("  a\n\n b\u2028c ")).isEqualTo("a b c");
  }

  @Test
  void textIsWrappedBetweenWords() {
    assertThat(WrappedText.lines("one two three four", 9))
        .containsExactly("one two", "three", "four");
    assertThat(WrappedText.excerpt("one two three four", 9)).isEqualTo("one two …");
  }
}
