package dev.sluice.gateway.documents;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes a large document apart before it is parsed, so that parsing needs memory for a slice and
 * not for 16 MiB: at a blank line outside fenced code once a slice is long enough, anywhere when
 * none comes. A document of usual size is one slice.
 */
final class Slices {

  private static final int ENOUGH = 1 << 18;
  private static final int TOO_MUCH = 1 << 20;

  private final String text;
  private final List<TextRange> slices = new ArrayList<>();
  private int start;
  private String fence = "";

  private Slices(String text) {
    this.text = text;
  }

  static List<TextRange> of(String text) {
    Slices slices = new Slices(text);
    slices.read();
    return slices.slices;
  }

  private void read() {
    boolean afterBlank = false;
    for (int line = 0; line < text.length(); line = Lines.next(text, line, text.length())) {
      boolean blank = Lines.isBlank(text, line, text.length());
      boolean begins = afterBlank && !blank && fence.isEmpty() && text.charAt(line) > ' ';
      if ((begins && line - start >= ENOUGH) || line - start >= TOO_MUCH) {
        sliceUntil(line);
      }
      toggleFence(line);
      afterBlank = blank;
    }
    sliceUntil(text.length());
  }

  private void sliceUntil(int end) {
    slices.addAll(TextCuts.atMost(TOO_MUCH, text, new TextRange(start, end)));
    start = end;
  }

  /** Follows fences as a reader would who sees no more than line beginnings. */
  private void toggleFence(int line) {
    int at = line;
    while (at < text.length() && at < line + 3 && text.charAt(at) == ' ') {
      at++;
    }
    if (fence.isEmpty()) {
      fence = text.startsWith("```", at) ? "```" : text.startsWith("~~~", at) ? "~~~" : "";
    } else if (text.startsWith(fence, at)) {
      fence = "";
    }
  }
}
