package dev.sluice.gateway.filter;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.serving.fuzz.ChosenRandom;

/** Jazzer's way into {@link FilterFuzzTest}. */
class FilterFuzz {

  @FuzzTest(maxDuration = "1m")
  void filters(byte[] data) {
    var random = new ChosenRandom(data);
    switch (random.nextInt(3)) {
      case 0 -> FilterFuzzTest.text(random);
      case 1 -> FilterFuzzTest.printed(random);
      default -> FilterFuzzTest.names(random);
    }
  }
}
