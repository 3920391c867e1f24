package dev.sluice.serving.quotes;

import java.util.List;
import java.util.Random;

/** Texts of many scripts, whole and broken words, and characters that are hard to compare. */
public final class RandomText {

  private static final List<String> PIECES =
      List.of(
          "gate",
          "the",
          "unable",
          "able",
          "co-op",
          "can't",
          "50",
          "5",
          "5.5",
          "-7",
          "10²",
          "½",
          "straße",
          "caf\u00e9",
          "cafe\u0301",
          "o\u0323\u0302",
          "\ufb01n",
          "o\ufb03ce",
          "Ａｂ１２",
          "шлюз",
          "πύλη",
          "שַׁעַר",
          "بوابة",
          "٣٤",
          "द्वार",
          "ประตู",
          "水门",
          "ゲート",
          "ｹﾞｰﾄ",
          "수문",
          "\u1109\u116e\u11ab",
          "𝔾𝕒𝟙",
          "𐍈𐌰",
          "😀",
          "👨\u200d👩\u200d👧",
          "👍🏽",
          "🇫🇷",
          "\u0301",
          "\u0308\u0323",
          "\u202e",
          "\u200f",
          "\u00ad",
          "\u200b",
          "\ufeff",
          "\u2066",
          " ",
          " ",
          " ",
          "  ",
          "\n",
          "\r\n",
          "\t",
          "\u00a0",
          "\u3000",
          "\u2028",
          "\"",
          "“",
          "”",
          "«",
          "'",
          "’",
          "-",
          "–",
          "—",
          "−",
          ".",
          ". ",
          ", ",
          "! ",
          "…",
          "。",
          "[",
          "]",
          "|",
          "\0");

  private RandomText() {}

  /** So many pieces one after another; no half of a pair stands in it. */
  public static String of(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }
}
