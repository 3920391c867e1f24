package dev.sluice.generate.extractive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearDuplicatesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The cache is bounded.      | the CACHE is bounded       | true
          The cache is bounded.      | Note: the cache is bounded by bytes. | true
          The port is 7400 here.     | The port is 7401 here.     | false
          The cache is bounded.      | Water boils when heated.   | false
          """)
  void wordsAndNumbersTellMostPairs(String a, String b, boolean same) {
    assertThat(NearDuplicates.areSame(a, b, NearDuplicatesTest::neverAsked)).isEqualTo(same);
    assertThat(NearDuplicates.areSame(b, a, NearDuplicatesTest::neverAsked)).isEqualTo(same);
  }

  @Test
  void mostlyTheSameWordsAreTheSameWhenTheirVectorsAre() {
    String client = "The client call duration is a histogram";
    String server = "The server call duration is a histogram";
    assertThat(NearDuplicates.areSame(client, server, () -> .96)).isTrue();
    assertThat(NearDuplicates.areSame(client, server, () -> .94)).isFalse();
  }

  private static double neverAsked() {
    throw new AssertionError("the words alone should tell");
  }
}
