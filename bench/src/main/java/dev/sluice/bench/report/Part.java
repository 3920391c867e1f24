package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of the page of figures: what one command measures.
 *
 * @param name of the part
 * @param command as a person types it
 * @param main class that it runs
 * @param arguments for that
 * @param runs how often it is run, each time in a process of its own
 * @param noise how far its figures can be trusted, in words
 * @param hasPage whether it has a page of its own beside, which it writes itself
 */
public record Part(
    String name,
    String command,
    String main,
    List<String> arguments,
    int runs,
    String noise,
    boolean hasPage) {

  /** Has whatever is run write its figures onto a page. */
  static final String WRITE = "--write";

  private static final String BENCH = "dev.sluice.bench.BenchMain";
  private static final String SLUICE = "dev.sluice.standalone.SluiceMain";

  /** A benchmark that has rounds of its own, or whose one run must do. */
  static Part once(String name, String noise) {
    return new Part(name, "./bench/run " + name, BENCH, List.of(name), 1, noise, false);
  }

  /** The same, of one that writes a page of its own beside. */
  static Part withPage(String name, String noise) {
    return new Part(name, "./bench/run " + name, BENCH, List.of(name), 1, noise, true);
  }

  /** A benchmark without rounds. */
  static Part thrice(String name) {
    return new Part(
        name,
        "./bench/run " + name,
        BENCH,
        List.of(name),
        3,
        "three runs: the median, and in brackets least and most",
        false);
  }

  /** An evaluation, whose figures are the same each time. */
  static Part eval(String name, String data, String more) {
    String arguments = "eval ../shared/data/" + data + (more.isEmpty() ? "" : " " + more);
    return new Part(
        "eval-" + name,
        "./sluice " + arguments,
        SLUICE,
        List.of((arguments + " --json").split(" ")),
        1,
        "no noise: the same texts, models and scores each time",
        false);
  }

  /**
   * What it is run with.
   *
   * @param write whether figures go onto pages: its own page is of the same run then
   */
  List<String> arguments(boolean write) {
    List<String> all = new ArrayList<>(arguments);
    if (write && hasPage) {
      all.add(WRITE);
    }
    return all;
  }

  boolean isEvaluation() {
    return main.equals(SLUICE);
  }
}
