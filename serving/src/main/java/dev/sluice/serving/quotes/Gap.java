package dev.sluice.serving.quotes;

/**
 * White space that is held back, since a mark may follow it. White space around marks is white
 * space once, and none before punctuation that clings to the word.
 */
final class Gap {

  private static final int LONGEST = 1024;
  private static final String CLINGING = ".,;:!?)]}…";

  private final StringBuilder run = new StringBuilder();
  private String beforeMark = "";
  private boolean marked;
  private boolean open;

  /** Whether the run has become too long to be held. */
  boolean add(char whiteSpace) {
    run.append(whiteSpace);
    open |= run.length() > LONGEST;
    return open;
  }

  /** A mark was taken out here. */
  void mark() {
    beforeMark = taken();
    marked = true;
    open = false;
  }

  /** The white space in front of a character that is none. */
  String before(char next) {
    boolean clings = marked && CLINGING.indexOf(next) >= 0;
    String space = taken();
    open = false;
    return clings ? "" : space;
  }

  /** All that is held. */
  String taken() {
    String space = marked ? once(beforeMark, run.toString()) : run.toString();
    run.setLength(0);
    beforeMark = "";
    marked = false;
    return space;
  }

  private static String once(String before, String after) {
    if (before.isEmpty() || after.isEmpty()) {
      return before + after;
    }
    return after.contains("\n") ? after : before;
  }
}
