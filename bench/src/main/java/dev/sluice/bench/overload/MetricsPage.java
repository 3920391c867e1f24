package dev.sluice.bench.overload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a process exposes at one moment, in Prometheus's text format.
 *
 * @param samples by name and labels, as they stand there
 */
public record MetricsPage(Map<String, Double> samples) {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /**
   * @param management as {@code http://host:port}
   */
  public static MetricsPage read(String management) throws IOException, InterruptedException {
    URI page = URI.create(management + "/metrics");
    return of(CLIENT.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body());
  }

  /** From a page's text. */
  public static MetricsPage of(String text) {
    Map<String, Double> samples = new TreeMap<>();
    text.lines()
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          samples.put(line.substring(0, space), value(line.substring(space + 1)));
        });
    return new MetricsPage(samples);
  }

  private static double value(String written) {
    return switch (written) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(written);
    };
  }

  /** The sum of the samples whose name and labels are such. */
  public double sum(Predicate<String> which) {
    return samples.entrySet().stream()
        .filter(each -> which.test(each.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Bytes of heap that are used, also by what a collection would find dead. */
  public double heapBytes() {
    return sum(name -> name.startsWith("jvm_memory_used_bytes") && name.contains("\"heap\""));
  }

  /** Bytes of direct buffers, and those that Netty holds beside them. */
  public double directBytes() {
    return sum(name ->
        name.contains("\"direct\"")
            && (name.startsWith("jvm_buffer_memory_used_bytes")
                || name.startsWith("netty_allocator_memory_used")));
  }
}
