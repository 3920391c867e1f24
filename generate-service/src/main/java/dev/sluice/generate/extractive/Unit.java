package dev.sluice.generate.extractive;

/** A piece of a passage that is read, and quoted, as a whole. */
record Unit(Span span, Kind kind) {

  /** What a unit is, and so whether it can answer anything. */
  enum Kind {
    SENTENCE(true, false),
    /** A sentence of a list item, without the item's marker. */
    LIST_ITEM(true, true),
    TABLE_ROW(true, true),
    HEADING(false, true),
    CODE(false, true),
    /** Fewer words than say anything. */
    FRAGMENT(false, false);

    private final boolean quotable;
    private final boolean ownLine;

    Kind(boolean quotable, boolean ownLine) {
      this.quotable = quotable;
      this.ownLine = ownLine;
    }

    boolean quotable() {
      return quotable;
    }

    /** Whether it stands on a line of its own, in an answer too. */
    boolean ownLine() {
      return ownLine;
    }
  }
}
