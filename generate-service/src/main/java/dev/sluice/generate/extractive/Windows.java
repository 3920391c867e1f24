package dev.sluice.generate.extractive;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Cuts a passage that a model cannot read at once into windows, at the borders of units. */
final class Windows {

  private Windows() {}

  /**
   * @param length the passage's length in UTF-16 code units
   * @param starts where each of its tokens begins, ascending
   * @param units its units; one longer than a window is cut between tokens
   * @param budget the most tokens of a window, at least 1
   * @return adjacent windows that cover the passage
   */
  static List<Span> of(int length, int[] starts, List<Unit> units, int budget) {
    NavigableSet<Integer> borders =
        units.stream()
            .map(unit -> unit.span().start())
            .collect(Collectors.toCollection(TreeSet::new));
    List<Span> windows = new ArrayList<>();
    int from = 0;
    int token = 0;
    while (starts.length - token > budget) {
      int cut = cut(from, starts[token + budget], borders);
      if (cut <= from) {
        break;
      }
      windows.add(new Span(from, cut));
      from = cut;
      while (token < starts.length && starts[token] < from) {
        token++;
      }
    }
    windows.add(new Span(from, length));
    return windows;
  }

  private static int cut(int from, int limit, NavigableSet<Integer> borders) {
    Integer border = borders.floor(limit);
    return border == null || border <= from ? limit : border;
  }
}
