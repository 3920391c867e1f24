package dev.sluice.standalone.ingest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.serving.fuzz.ChosenRandom;
import java.io.IOException;

/** Jazzer's way into {@link ReaderFuzzTest}. */
class ReaderFuzz {

  @FuzzTest(maxDuration = "1m")
  void textsOfDocuments(byte[] data) throws IOException {
    var random = new ChosenRandom(data);
    if (random.nextBoolean()) {
      ReaderFuzzTest.title(random);
    } else {
      ReaderFuzzTest.lines(random);
    }
  }
}
