package dev.sluice.serving.inference;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.serving.fuzz.ChosenRandom;

/** Jazzer's way into {@link AnswerFuzzTest}. */
class AnswerFuzz {

  @FuzzTest(maxDuration = "1m")
  void answersOfModelServers(byte[] data) throws Exception {
    var random = new ChosenRandom(data);
    switch (random.nextInt(3)) {
      case 0 -> AnswerFuzzTest.tensor(random);
      case 1 -> AnswerFuzzTest.streamAnswer(random);
      default -> AnswerFuzzTest.description(random);
    }
  }
}
