package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void wordsAreLettersAndDigitsInLowerCase() {
    assertThat(Words.of("The Server's 2 ports: 7400, 7_401 (naïve)"))
        .containsExactly("the", "server's", "2", "ports", "7400", "7", "401", "naïve");
  }

  @Test
  void eachCharacterIsAWordWhereNoSpacesAreWritten() {
    assertThat(Words.of("gRPC是一个 ab")).containsExactly("grpc", "是", "一", "个", "ab");
  }

  @Test
  void subjectStemsLeaveOutHowItIsAsked() {
    assertThat(Words.subjectStems("What's the port that servers are listening on, please?"))
        .containsExactlyInAnyOrder("port", "server", "listen");
  }

  @Test
  void stemsIgnoreWhatFollowsAnApostrophe() {
    assertThat(Words.stems("Sluice’s caches")).containsExactlyInAnyOrder("sluic", "cach");
  }

  @Test
  void numbersAreSortedAndKeptTwice() {
    assertThat(Words.numbers("7 of 42, 7.5%")).containsExactly("42", "5", "7", "7");
  }
}
