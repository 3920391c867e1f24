package dev.sluice.serving.quotes;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.serving.fuzz.ChosenRandom;

/** Jazzer's way into {@link QuoteMarkersFuzzTest}. */
class QuoteMarkersFuzz {

  @FuzzTest(maxDuration = "1m")
  void quoteMarks(byte[] data) {
    QuoteMarkersFuzzTest.folding(new ChosenRandom(data));
  }
}
