package dev.sluice.bench.soak;

import dev.sluice.bench.overhead.ChildProcess;
import dev.sluice.serving.network.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of the cluster, which keeps its ports when it is started anew, and what was measured
 * of it since. Owns the process; once closed it is not started again.
 */
final class Node implements AutoCloseable {

  private static final List<String> OPTIONS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dlogback.configurationFile=logback-cli.xml");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final Duration PROBE = Duration.ofSeconds(2);

  private final String name;
  private final Class<?> main;
  private final Map<String, String> settings = new HashMap<>();
  private final int port = FreePort.any();
  private final int managementPort = FreePort.any();
  private final List<Measurement> measurements = new ArrayList<>();
  private @Nullable ChildProcess process;
  private boolean closed;

  /**
   * @param settings in full, but for its ports
   */
  Node(String name, Class<?> main, Map<String, String> settings) {
    String prefix = "SLUICE_" + name.toUpperCase(Locale.ROOT) + "_";
    this.name = name;
    this.main = main;
    this.settings.putAll(settings);
    this.settings.put(prefix + "PORT", Integer.toString(port));
    this.settings.put(prefix + "MANAGEMENT_PORT", Integer.toString(managementPort));
    this.settings.put("SLUICE_LOG_LEVEL", "error");
  }

  /** Starts it, without waiting for it. */
  synchronized void start() throws IOException {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
    process = ChildProcess.start(OPTIONS, main, settings);
  }

  private synchronized ChildProcess running() {
    if (process == null) {
      throw new IllegalStateException(this + " was not started");
    }
    return process;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  private String management() {
    return "http://127.0.0.1:" + managementPort;
  }

  void awaitReady() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!isReady()) {
      if (System.nanoTime() - end > 0 || !running().isAlive()) {
        throw new IllegalStateException(this + " does not become ready");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(management() + "/readyz")).timeout(PROBE).build();
      return CLIENT.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Has it drain and end, and starts it anew; what was measured before is no longer of use. */
  void restart() throws IOException, InterruptedException {
    running().close();
    start();
    measurements.clear();
    awaitReady();
  }

  void measure() throws IOException, InterruptedException {
    measurements.add(Measurement.of(running().pid(), management()));
  }

  /** All that was measured of it since it was last started. */
  List<Double> measured(Figure figure) {
    return measurements.stream().map(each -> each.values().getOrDefault(figure, 0.0)).toList();
  }

  @Override
  public String toString() {
    return name + " at " + address();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (process != null) {
      process.kill();
    }
  }
}
