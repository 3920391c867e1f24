package dev.sluice.generate.triton;

import com.google.protobuf.ByteString;
import dev.sluice.serving.failure.Failure;

/**
 * Answers that carry all of the text so far. What stands at its end as U+FFFD, or as a part of a
 * character, may still become a character, and is held back until something follows it.
 */
final class CumulativePieces implements TextPieces {

  private static final char REPLACEMENT = '\uFFFD';

  private String passed = "";
  private String last = "";

  @Override
  public String add(ByteString carried) {
    last = carried.toStringUtf8();
    String sure = last.substring(0, sureLength(last));
    return sure.length() < passed.length() ? "" : advance(sure);
  }

  private static int sureLength(String text) {
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == REPLACEMENT) {
      length--;
    }
    return length;
  }

  private String advance(String text) {
    if (!text.startsWith(passed)) {
      throw new Failure.Internal("the model server changed text that it had sent");
    }
    String news = text.substring(passed.length());
    passed = text;
    return news;
  }

  @Override
  public String end() {
    return last.length() < passed.length() ? "" : advance(last);
  }
}
