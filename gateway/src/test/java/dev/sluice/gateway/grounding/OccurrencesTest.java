package dev.sluice.gateway.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OccurrencesTest {

  @Test
  void everyPlaceIsFoundAlsoThoseThatOverlap() {
    var random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      String text = letters(random, random.nextInt(40));
      String needle = letters(random, 1 + random.nextInt(4));
      assertThat(found(needle, text)).isEqualTo(expected(needle, text));
    }
  }

  private static String letters(Random random, int count) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append("ab".charAt(random.nextInt(2)));
    }
    return letters.toString();
  }

  private static List<Integer> found(String needle, String text) {
    var places = new Occurrences(needle, text);
    List<Integer> found = new ArrayList<>();
    for (int place = places.next(); place >= 0; place = places.next()) {
      found.add(place);
    }
    return found;
  }

  private static List<Integer> expected(String needle, String text) {
    List<Integer> expected = new ArrayList<>();
    for (int place = text.indexOf(needle); place >= 0; place = text.indexOf(needle, place + 1)) {
      expected.add(place);
    }
    return expected;
  }
}
