package dev.sluice.generate.triton;

import java.util.List;

/**
 * Cuts a text off in front of the first stop text, wherever its pieces part it: an end of the text
 * with which a stop text could begin is held back until it is known. For one thread.
 */
final class StopTexts {

  private final List<String> stops;
  private String held = "";
  private boolean found;

  /**
   * @param stops none of them empty
   */
  StopTexts(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** What can be passed on now; nothing any more once a stop text was found. */
  String add(String piece) {
    if (found) {
      return "";
    }
    String text = held + piece;
    int cut = firstStop(text);
    found = cut >= 0;
    int sure = found ? cut : beginOfStop(text);
    held = found ? "" : text.substring(sure);
    return text.substring(0, sure);
  }

  /** What was held back, after the last piece. */
  String end() {
    return held;
  }

  boolean found() {
    return found;
  }

  private int firstStop(String text) {
    return stops.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }

  /** Where the longest end of the text begins with which a stop text begins. */
  private int beginOfStop(String text) {
    int longest = stops.stream().mapToInt(String::length).max().orElse(1);
    int from = Math.max(0, text.length() - longest + 1);
    while (from < text.length() && !beginsStop(text.substring(from))) {
      from++;
    }
    return from;
  }

  private boolean beginsStop(String end) {
    return stops.stream().anyMatch(stop -> stop.startsWith(end));
  }
}
