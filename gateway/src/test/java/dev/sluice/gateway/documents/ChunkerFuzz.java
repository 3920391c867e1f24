package dev.sluice.gateway.documents;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.serving.fuzz.ChosenRandom;

/** Jazzer's way into {@link ChunkerFuzzTest}. */
class ChunkerFuzz {

  @FuzzTest(maxDuration = "1m")
  void documents(byte[] data) {
    var random = new ChosenRandom(data);
    if (random.nextInt(8) == 0) {
      ChunkerFuzzTest.frontMatter(random);
    } else {
      ChunkerFuzzTest.split(random);
    }
  }
}
