package dev.sluice.bench.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What the store was told and what it acknowledged. Each document has one writer at a time, and
 * none any more once it is in doubt whether a write was done. Pure; for several threads. Times as
 * {@code System.nanoTime}.
 */
final class Ledger {

  /** The revision of a document that is not there. */
  static final int ABSENT = 0;

  private final Map<Integer, Entry> entries = new HashMap<>();
  private final List<Integer> numbers = new ArrayList<>();
  private final Random random;

  Ledger(Random random) {
    this.random = random;
  }

  private static final class Entry {
    private final Set<Integer> possible = new HashSet<>(Set.of(ABSENT));
    private final Map<Integer, String> versions = new HashMap<>();
    private final Map<Integer, Long> superseded = new HashMap<>();
    private int latest = ABSENT;
    private int writes;
    private boolean writing;
    private boolean doubtful;

    private boolean isFree() {
      return !writing && !doubtful;
    }

    private int settled() {
      return possible.iterator().next();
    }
  }

  /**
   * A document that was there when it was picked.
   *
   * @param writes how many had begun
   */
  record Picked(Sample sample, int writes) {}

  /** Begins to write a document that never was. */
  synchronized Sample create() {
    int number = numbers.size();
    numbers.add(number);
    Entry entry = new Entry();
    entries.put(number, entry);
    return begin(number, entry);
  }

  /** Begins to write another revision of a document that is there, if one is free. */
  synchronized Optional<Sample> replace() {
    return free().map(number -> begin(number, entry(number)));
  }

  private Sample begin(int number, Entry entry) {
    entry.writing = true;
    entry.writes++;
    entry.latest++;
    return new Sample(number, entry.latest);
  }

  /** Begins to delete a document that is there, if one is free. */
  synchronized Optional<Sample> delete() {
    return free()
        .map(number -> {
          Entry entry = entry(number);
          entry.writing = true;
          entry.writes++;
          return new Sample(number, entry.settled());
        });
  }

  private Optional<Integer> free() {
    for (int attempt = 0; attempt < 20 && !numbers.isEmpty(); attempt++) {
      int number = numbers.get(random.nextInt(numbers.size()));
      Entry entry = entry(number);
      if (entry.isFree() && entry.settled() != ABSENT) {
        return Optional.of(number);
      }
    }
    return Optional.empty();
  }

  private Entry entry(int number) {
    Entry entry = entries.get(number);
    if (entry == null) {
      throw new IllegalArgumentException("nobody wrote document " + number);
    }
    return entry;
  }

  /** The write was acknowledged with this version. */
  synchronized void acknowledged(Sample sample, String version, long now) {
    Entry entry = entry(sample.number());
    entry.versions.put(sample.revision(), version);
    settle(entry, sample.revision(), now);
  }

  /** The deletion was acknowledged. */
  synchronized void deleted(Sample sample, long now) {
    settle(entry(sample.number()), ABSENT, now);
  }

  private static void settle(Entry entry, int revision, long now) {
    for (int before = 1; before <= entry.latest; before++) {
      if (before != revision) {
        entry.superseded.putIfAbsent(before, now);
      }
    }
    entry.possible.clear();
    entry.possible.add(revision);
    entry.writing = false;
  }

  /** It is not known whether the write was done: it stays open for ever. */
  synchronized void doubted(Sample sample) {
    doubt(sample.number(), sample.revision());
  }

  /** It is not known whether the deletion was done. */
  synchronized void deletionDoubted(Sample sample) {
    doubt(sample.number(), ABSENT);
  }

  private void doubt(int number, int revision) {
    Entry entry = entry(number);
    entry.possible.add(revision);
    entry.writing = false;
    entry.doubtful = true;
  }

  /** A document that is there for sure. */
  synchronized Optional<Picked> pick() {
    return free()
        .map(number -> {
          Entry entry = entry(number);
          return new Picked(new Sample(number, entry.settled()), entry.writes);
        });
  }

  /** Whether nobody has begun to write it since it was picked. */
  synchronized boolean unchanged(Picked picked) {
    return entry(picked.sample().number()).writes == picked.writes();
  }

  /**
   * What is wrong with a text that a call was given; empty when it is right.
   *
   * @param version of the document, as it came with the text
   * @param since when the call began
   */
  synchronized String wrong(String id, String version, String text, long since) {
    Sample sample;
    try {
      sample = Sample.of(text);
    } catch (IllegalArgumentException e) {
      return "a text that nobody stored: " + text;
    }
    Entry entry = entries.get(sample.number());
    if (entry == null || !sample.id().equals(id) || sample.revision() > entry.latest) {
      return "a document that nobody stored: " + id + " with " + sample.marker();
    }
    if (!sample.text().equals(text)) {
      return "a mixed text of " + id + ": " + text;
    }
    Long superseded = entry.superseded.get(sample.revision());
    if (superseded != null && superseded - since < 0) {
      return "an old text of " + id + ": " + sample.marker();
    }
    String known = entry.versions.get(sample.revision());
    return known == null || known.equals(version)
        ? ""
        : sample.marker() + " has version " + version + " instead of " + known;
  }

  /** How many documents there may be. */
  synchronized List<Integer> numbers() {
    return List.copyOf(numbers);
  }

  /** The revisions that a document may have now. */
  synchronized Set<Integer> possible(int number) {
    return Set.copyOf(entry(number).possible);
  }
}
