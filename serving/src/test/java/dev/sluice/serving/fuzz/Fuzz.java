package dev.sluice.serving.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a property over many random inputs: always the same few in the build, other ones each time
 * in the long form. What fails or does not end within a minute fails the test and is named by its
 * seed, which {@code -Dsluice.fuzz.seed} replays. Owns a thread while it runs.
 */
public final class Fuzz {

  /** What must hold for an input that is made with a source of randomness. */
  public interface Property {
    void holds(Random random) throws Exception;
  }

  private static final long HANG_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long LOOK_MILLIS = 200;
  private static final int LONG_FORM = 100;

  private final String name;
  private final Property property;
  private volatile long seed;
  private volatile long since = System.nanoTime();
  private volatile @Nullable Throwable failure;

  private Fuzz(String name, Property property) {
    this.name = name;
    this.property = property;
  }

  /**
   * @param few inputs of the build; the long form has {@value #LONG_FORM} times as many
   */
  public static void run(String name, int few, Property property) {
    new Fuzz(name, property).run(few);
  }

  /** Whether this is the long form. */
  public static boolean isLong() {
    return Boolean.getBoolean("sluice.long");
  }

  /** How many inputs there are where the build has a few. */
  public static int inputs(int few) {
    return isLong() ? LONG_FORM * few / Integer.getInteger("sluice.fuzz.pieces", 1) : few;
  }

  /** Good randomness also from seeds that follow one another. */
  public static Random random(long seed) {
    long z = seed * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return new Random(z ^ (z >>> 31));
  }

  /** Where the seeds of a run begin: given, or always the same in the build. */
  public static long firstSeed() {
    Long given = Long.getLong("sluice.fuzz.seed");
    return given != null ? given : isLong() ? System.currentTimeMillis() : 1;
  }

  private void run(int few) {
    boolean replayed = Long.getLong("sluice.fuzz.seed") != null;
    long first = firstSeed();
    int inputs = replayed ? 1 : inputs(few);
    long start = System.nanoTime();
    Thread worker = Thread.ofPlatform().daemon().name("fuzz").start(() -> work(first, inputs));
    watch(worker);
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError(at(), thrown);
    }
    report(name, inputs, System.nanoTime() - start, first);
  }

  private void work(long first, int inputs) {
    for (long next = first; next < first + inputs; next++) {
      seed = next;
      since = System.nanoTime();
      try {
        property.holds(random(next));
      } catch (Throwable e) { // whatever it is, it is what is looked for
        failure = e;
        return;
      }
    }
  }

  private void watch(Thread worker) {
    try {
      while (!worker.join(java.time.Duration.ofMillis(LOOK_MILLIS))) {
        if (System.nanoTime() - since > HANG_NANOS) {
          throw new AssertionError(at() + ": no end\n" + stack(worker));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(at() + ": interrupted", e);
    }
  }

  private String at() {
    return name + ", replayed by -Dsluice.fuzz.seed=" + seed;
  }

  private static String stack(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .map(frame -> "  at " + frame)
        .collect(Collectors.joining("\n"));
  }

  /** Says how much was tried, and adds it to {@code target/fuzz.tsv}. */
  public static void report(String name, long inputs, long nanos, long first) {
    String line =
        String.format(
            Locale.ROOT, "%s\t%d\t%.1f s\tseeds from %d%n", name, inputs, nanos / 1e9, first);
    System.out.print("fuzzed: " + line);
    try {
      Path target = Files.createDirectories(Path.of("target"));
      Files.writeString(
          target.resolve("fuzz.tsv"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
