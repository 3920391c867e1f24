package dev.sluice.bench.report;

import dev.sluice.standalone.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All figures by one command: each part in processes of its own, its table as Markdown, and onto
 * docs/performance.md as soon as it is there, so that a run that is broken off was not in vain. A
 * part that has a page of its own writes that one too, from the same run.
 */
public final class FullReport {

  private static final String PAGE = "docs/performance.md";
  private static final String MACHINE = "machine";
  private static final String ONLY = "--only";

  private final Path root = Path.of(System.getProperty("sluice.root", "."));
  private final List<Part> parts;
  private final boolean write;

  private FullReport(List<Part> parts, boolean write) {
    this.parts = parts;
    this.write = write;
  }

  /**
   * Measures all parts, or those named by {@code --only a,b}; {@code --write} puts them onto the
   * page. Says whether all succeeded.
   *
   * @throws CommandFailure for an option or a part that there is not
   */
  public static boolean run(List<String> benchmarks, List<String> options)
      throws IOException, InterruptedException {
    List<Part> parts = Parts.all(benchmarks);
    boolean write = false;
    for (int i = 0; i < options.size(); i++) {
      switch (options.get(i)) {
        case Part.WRITE -> write = true;
        case ONLY -> parts = chosen(parts, ++i < options.size() ? options.get(i) : "");
        default -> throw new CommandFailure("no option " + options.get(i) + " of all");
      }
    }
    return new FullReport(parts, write).measure();
  }

  static List<Part> chosen(List<Part> parts, String names) {
    Set<String> unknown = new LinkedHashSet<>(List.of(names.split(",")));
    List<Part> chosen = parts.stream().filter(part -> unknown.remove(part.name())).toList();
    if (!unknown.isEmpty()) {
      List<String> known = parts.stream().map(Part::name).toList();
      throw new CommandFailure("no part named " + unknown + "; there are " + known);
    }
    return chosen;
  }

  /** Before hours of measuring. */
  private void checkPage() throws IOException {
    Page page = new Page(Files.readString(root.resolve(PAGE)));
    List<String> homeless = parts.stream().map(Part::name).filter(name -> !page.has(name)).toList();
    if (!homeless.isEmpty()) {
      throw new CommandFailure(
          PAGE + " has no place for " + homeless + ": add <!-- bench NAME --> and <!-- end -->");
    }
  }

  private boolean measure() throws IOException, InterruptedException {
    if (write) {
      checkPage();
    }
    put(MACHINE, Machine.table(root));
    List<String> failed = new ArrayList<>();
    for (Part part : parts) {
      if (part.isEvaluation() && !Files.isDirectory(root.resolve(part.arguments().get(1)))) {
        System.err.println(part.name() + ": skipped, there is no " + part.arguments().get(1));
      } else if (!measure(part)) {
        failed.add(part.name());
      }
    }
    if (!failed.isEmpty()) {
      System.err.println("failed: " + String.join(", ", failed));
    }
    return failed.isEmpty();
  }

  private boolean measure(Part part) throws IOException, InterruptedException {
    String moment = Machine.moment(root);
    long begun = System.nanoTime();
    List<PartRun> runs = new ArrayList<>();
    for (int i = 0; i < part.runs(); i++) {
      System.err.printf("%s, run %d of %d: %s%n", part.name(), i + 1, part.runs(), part.command());
      runs.add(PartRun.of(part, root, write));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    put(part.name(), PartText.of(part, runs, moment, took));
    return runs.stream().allMatch(run -> run.exitCode() == 0 && !run.rows().isEmpty());
  }

  private void put(String name, String content) throws IOException {
    if (write) {
      Page.edit(root.resolve(PAGE), page -> page.with(name, content));
    } else {
      System.out.println(content);
    }
  }
}
