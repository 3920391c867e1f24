package dev.sluice.generate.openai;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.serving.fuzz.ChosenRandom;
import java.io.IOException;

/** Jazzer's way into {@link ChatStreamFuzzTest}. */
class ChatStreamFuzz {

  @FuzzTest(maxDuration = "1m")
  void streamsOfChatCompletions(byte[] data) throws IOException {
    var random = new ChosenRandom(data);
    if (random.nextBoolean()) {
      ChatStreamFuzzTest.stream(random);
    } else {
      ChatStreamFuzzTest.cuts(random);
    }
  }
}
