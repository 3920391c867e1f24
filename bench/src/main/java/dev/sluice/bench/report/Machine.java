package dev.sluice.bench.report;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What figures were measured on and with: the machine and the versions. */
public final class Machine {

  private static final Path PROC = Path.of("/proc");
  private static final int LOOK_SECONDS = 3;

  /** User, nice, system, idle, waiting for disks, two kinds of interrupts, stolen: proc(5). */
  private static final int STATES = 8;

  private static final int IDLE = 3;
  private static final double KIB_PER_GIB = 1 << 20;
  private static final List<String> LIBRARIES =
      List.of("grpc-core", "netty-transport", "onnxruntime", "lucene-core");

  private Machine() {}

  /**
   * A table with a line for each fact.
   *
   * @param root of the checkout
   */
  public static String table(Path root) throws IOException, InterruptedException {
    List<List<String>> facts = new ArrayList<>();
    facts.add(
        List.of(
            "processor",
            processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores"));
    facts.add(List.of("memory", memory(Files.readString(PROC.resolve("meminfo")))));
    facts.add(
        List.of("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version")));
    facts.add(List.of("JDK", System.getProperty("java.vm.name") + " " + Runtime.version()));
    facts.add(List.of("Sluice", version("sluice-standalone") + ", commit " + commit(root)));
    for (String library : LIBRARIES) {
      facts.add(List.of(library, version(library)));
    }
    facts.add(List.of("OpenSearch", openSearch(root)));
    return MarkdownTable.of(List.of("what", "which"), facts);
  }

  private static String processor() throws IOException {
    return entry(Files.readString(PROC.resolve("cpuinfo")), "model name");
  }

  /** Today, on what, of which commit, and how busy the machine is with something else. */
  static String moment(Path root) throws IOException, InterruptedException {
    return "%s UTC, %s, commit %s, %.1f cores busy before"
        .formatted(
            Instant.now()
                .truncatedTo(ChronoUnit.MINUTES)
                .toString()
                .replace("T", " ")
                .replace(":00Z", ""),
            processor(),
            commit(root),
            busyCores());
  }

  /** How many processors work for somebody else, seen over some seconds. */
  private static double busyCores() throws IOException, InterruptedException {
    long[] before = ticks(Files.readString(PROC.resolve("stat")));
    TimeUnit.SECONDS.sleep(LOOK_SECONDS);
    long[] after = ticks(Files.readString(PROC.resolve("stat")));
    double all = Math.max(1, after[0] - before[0]);
    return (after[1] - before[1]) / all * Runtime.getRuntime().availableProcessors();
  }

  /** Of the first line of {@code /proc/stat}: all time so far, and that in which work was done. */
  static long[] ticks(String stat) {
    long[] times =
        Stream.of(stat.lines().findFirst().orElseThrow().split("\\s+"))
            .skip(1)
            .limit(STATES)
            .mapToLong(Long::parseLong)
            .toArray();
    long all = LongStream.of(times).sum();
    return new long[] {all, all - times[IDLE] - times[IDLE + 1]};
  }

  /** The value of a line {@code name : value}. */
  static String entry(String lines, String name) {
    return lines
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  static String memory(String lines) {
    String total = entry(lines, "MemTotal").replaceAll("\\D", "");
    return total.isEmpty()
        ? "unknown"
        : String.format(Locale.ROOT, "%.0f GiB", Long.parseLong(total) / KIB_PER_GIB);
  }

  private static String version(String artifact) {
    return version(
        artifact, List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
  }

  /** The version of a jar, by its file name. */
  static String version(String artifact, List<String> jars) {
    Pattern name = Pattern.compile(Pattern.quote(artifact) + "-(\\d.*)\\.jar");
    for (String jar : jars) {
      Matcher matcher = name.matcher(Path.of(jar).getFileName().toString());
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    return "unknown";
  }

  private static String openSearch(Path root) throws IOException {
    Path node = root.resolve("gateway/opensearch-node/target/node");
    if (!Files.isDirectory(node)) {
      return "not built here";
    }
    try (Stream<Path> jars = Files.list(node)) {
      return version("opensearch", jars.map(Path::toString).toList());
    }
  }

  private static String commit(Path root) throws IOException, InterruptedException {
    String commit = git(root, "rev-parse", "--short", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    return git(root, "status", "--porcelain", "--untracked-files=no", "--", ":!docs").isEmpty()
        ? commit
        : commit + " with changes";
  }

  private static String git(Path root, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Process git =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return git.waitFor() == 0 ? said.strip() : "";
  }
}
