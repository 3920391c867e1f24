package dev.sluice.gateway.grounding;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;

/** Prints how much time of a processor checks take: usual texts, and the worst that are allowed. */
final class GroundingSpeed {

  private static final int ROUNDS = 5;
  private static final String WORD = "again ";

  private GroundingSpeed() {}

  public static void main(String[] arguments) {
    Random random = new Random(1);
    String sentences = sentences(random, 1_000);
    String words = words(random, 260_000);
    print(
        "40 sentences, 100,000 characters",
        sentences.substring(0, 3_000),
        words.substring(0, 100_000));
    print("1000 sentences, 260,000 characters", sentences, words);
    print("equal words", WORD.repeat(21_000) + "end", WORD.repeat(174_000));
    print("equal letters", "a".repeat(131_000) + "b", "a".repeat(1 << 20));
    print("nothing but brackets", "[".repeat(131_000), "a");
    print("accents", "a" + "\u0301\u0323".repeat(30_000), "a" + "\u0323\u0301".repeat(500_000));
  }

  private static void print(String what, String text, String document) {
    for (int round = 0; round < ROUNDS; round++) {
      var evidence =
          new Evidence(List.of(EvidenceText.whole("d", "", document)), new Effort(20_000_000));
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      ClaimedText claimed = ClaimedText.marked(text, 1);
      List<Sentence> sentences = Sentence.of(claimed.text());
      Grounding grounding =
          Grounding.of(claimed, claimed.questions(sentences), sentences, evidence);
      long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
      System.out.printf(
          "%s: %d ms (%d looked for)%n", what, time / 1_000_000, grounding.checked().size());
    }
  }

  private static String sentences(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(words(random, 70)).append(".\n\n");
    }
    return text.toString();
  }

  private static String words(Random random, int length) {
    StringBuilder words = new StringBuilder();
    while (words.length() < length) {
      words.append(Integer.toString(1_000 + random.nextInt(9_999), 36)).append(' ');
    }
    return words.toString();
  }
}
