package dev.sluice.gateway.documents;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which generation of each document may be stored, by what {@link KilledWriter} said: the last
 * acknowledged one, or the one whose change had begun. 0 for none.
 */
final class PossibleStates {

  private static final long NONE = 0;

  private final Map<Integer, Set<Long>> states = new HashMap<>();
  private int acknowledged;

  /** Takes a line; one that the kill cut says nothing. */
  void learn(String line) {
    if (line.endsWith(KilledWriter.END)) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case KilledWriter.BEGUN -> of(Integer.parseInt(words[1])).add(generation(words[2]));
        case KilledWriter.DONE -> {
          set(Integer.parseInt(words[1]), generation(words[2]));
          acknowledged++;
        }
        default -> throw new AssertionError(line);
      }
    }
  }

  private static long generation(String word) {
    return word.equals(KilledWriter.DELETED) ? NONE : Long.parseLong(word);
  }

  Set<Long> of(int id) {
    return states.computeIfAbsent(id, unknown -> new TreeSet<>(Set.of(NONE)));
  }

  private void set(int id, long generation) {
    states.put(id, new TreeSet<>(Set.of(generation)));
  }

  /** What was found is what there is. */
  void settle(int id, Optional<Long> generation) {
    set(id, generation.orElse(NONE));
  }

  boolean allows(int id, Optional<Long> generation) {
    return of(id).contains(generation.orElse(NONE));
  }

  /** How many changes were acknowledged so far. */
  int acknowledged() {
    return acknowledged;
  }
}
