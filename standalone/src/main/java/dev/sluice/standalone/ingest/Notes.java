package dev.sluice.standalone.ingest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What users should know about sources that were read all the same: counted, with one example. */
public final class Notes {

  /** What can be worth a note. */
  public enum Kind {
    REPAIRED("had bytes or characters that are not Unicode text, replaced by U+FFFD"),
    MISNAMED("not what the ending says, read as what it is");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private record Note(int count, String example) {}

  private final Map<Kind, Note> notes = new EnumMap<>(Kind.class);

  /** Takes a note. */
  public void add(Kind kind, String example) {
    notes.merge(kind, new Note(1, example), (old, one) -> new Note(old.count() + 1, old.example()));
  }

  /** One line for each kind. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    notes.forEach((kind, note) ->
        lines.add(
            note.count() == 1
                ? note.example() + ": " + kind.words
                : note.count() + " sources: " + kind.words + " (first: " + note.example() + ")"));
    return lines;
  }
}
