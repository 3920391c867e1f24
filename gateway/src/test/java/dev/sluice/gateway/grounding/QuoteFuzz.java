package dev.sluice.gateway.grounding;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.serving.fuzz.ChosenRandom;

/** Jazzer's way into {@link QuoteFuzzTest}. */
class QuoteFuzz {

  @FuzzTest(maxDuration = "1m")
  void quotes(byte[] data) {
    new QuoteFuzzTest().found(new ChosenRandom(data));
  }
}
