package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnitsTest {

  static Stream<Arguments> passages() {
    return Stream.of(
        units("The cache is bounded. It evicts.\n", "S The cache is bounded.", "F It evicts."),
        units(
            "A line that\ngoes on here. And a\nsecond sentence.",
            "S A line that\ngoes on here.",
            "S And a\nsecond sentence."),
        units(
            "Windows line\r\nends are kept.\r\n\r\nA new paragraph here.\r\n",
            "S Windows line\r\nends are kept.",
            "S A new paragraph here."),
        units(
            "First page is here.\fSecond page is here.",
            "S First page is here.",
            "S Second page is here."),
        units(
            "# What it is all about\nIt is about caches.\n## Next",
            "H # What it is all about",
            "S It is about caches.",
            "H ## Next"),
        units(
            "A title of words\n=====\nThen the first text.",
            "H A title of words",
            "S Then the first text."),
        units(
            "This is a sentence.\n-----\nThis is another one.",
            "S This is a sentence.",
            "S This is another one."),
        units(
            "Steps to take now:\n- Stop the server\n* Copy the data\n  to a disk. Then verify the copy.\n3. Start it all again",
            "S Steps to take now:",
            "L Stop the server",
            "L Copy the data\n  to a disk.",
            "L Then verify the copy.",
            "L Start it all again"),
        units("- [x] Write the tests first", "L Write the tests first"),
        units(
            "Founded in\n1984. It grew quickly then.",
            "S Founded in\n1984.",
            "S It grew quickly then."),
        units(
            "| Key | Default value | Meaning |\n|---|:---:|---|\n| PORT | 7400 | where it listens |\n| HOST | - |\n\nText after the table.",
            "H | Key | Default value | Meaning |",
            "T | PORT | 7400 | where it listens |",
            "F | HOST | - |",
            "S Text after the table."),
        units(
            "Name | Type | Use\n--- | --- | ---\nport | integer | to listen on",
            "H Name | Type | Use",
            "T port | integer | to listen on"),
        units("Either a | b is chosen here.", "S Either a | b is chosen here."),
        units(
            "Run this command now:\n```sh\n./sluice up. It is code\n```\nIt prints the port.",
            "S Run this command now:",
            "C ```sh\n./sluice up. It is code\n```",
            "S It prints the port."),
        units("~~~\nnever closed\n\nstill code", "C ~~~\nnever closed\n\nstill code"),
        units("[one two three](http://a.b/c) text", "F [one two three](http://a.b/c) text"),
        units(
            "😀 Emoji come 🎉 first. Then more words come.",
            "S 😀 Emoji come 🎉 first.",
            "S Then more words come."),
        units("地球は青い。", "S 地球は青い。"),
        units("\u0000\u00a0 \n\t\n"));
  }

  @ParameterizedTest
  @MethodSource("passages")
  void aPassageIsReadIntoItsUnits(String passage, List<String> units) {
    assertThat(Units.of(passage))
        .extracting(unit -> letter(unit.kind()) + " " + unit.span().of(passage))
        .isEqualTo(units);
  }

  @Test
  void unitsAreInOrderAndDoNotOverlap() {
    String passage =
        "# H\nOne two three. Four five six!\n- a b c\n| x | y | z |\n```\ncode\n```\nThe end is near.";
    int end = 0;
    for (Unit unit : Units.of(passage)) {
      assertThat(unit.span().start()).isGreaterThanOrEqualTo(end);
      end = unit.span().end();
    }
    assertThat(end).isEqualTo(passage.length());
  }

  private static String letter(Unit.Kind kind) {
    return kind.name().substring(0, 1);
  }

  private static Arguments units(String passage, String... expected) {
    return Arguments.of(passage, List.of(expected));
  }

  @Test
  void frontMatterIsNeverQuoted() {
    String text =
        "---\ntitle: Waiting\ndescription: it explains a thing\n---\nCalls wait for the server.";
    assertThat(Units.of(text).stream().filter(unit -> unit.kind().quotable()))
        .extracting(unit -> unit.span().of(text))
        .containsExactly("Calls wait for the server.");
  }
}
