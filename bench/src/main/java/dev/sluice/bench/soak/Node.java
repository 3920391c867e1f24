package dev.sluice.bench.soak;

import dev.sluice.bench.overhead.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One process of the cluster, which keeps its ports when it is started anew, and what was measured
 * of it since. Owns the process.
 */
final class Node implements AutoCloseable {

  private static final List<String> OPTIONS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dlogback.configurationFile=logback-cli.xml");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final Duration PROBE = Duration.ofSeconds(2);

  /** Below those that outgoing connections get. */
  private static final int FIRST_PORT = 12_000;

  private static final int PORTS = 8_000;

  private final String name;
  private final Class<?> main;
  private final Map<String, String> settings = new HashMap<>();
  private final int port = freePort();
  private final int managementPort = freePort();
  private final List<Measurement> measurements = new ArrayList<>();
  private ChildProcess process;
  private int starts;

  /**
   * Starts it, without waiting for it.
   *
   * @param settings in full
   */
  Node(String name, Class<?> main, Map<String, String> settings) throws IOException {
    String prefix = "SLUICE_" + name.toUpperCase(Locale.ROOT) + "_";
    this.name = name;
    this.main = main;
    this.settings.putAll(settings);
    this.settings.put(prefix + "PORT", Integer.toString(port));
    this.settings.put(prefix + "MANAGEMENT_PORT", Integer.toString(managementPort));
    this.settings.put("SLUICE_LOG_LEVEL", "error");
    this.process = launch();
  }

  private static int freePort() {
    while (true) {
      int port = FIRST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException taken) {
        // another one
      }
    }
  }

  private ChildProcess launch() throws IOException {
    starts++;
    return ChildProcess.start(OPTIONS, main, settings);
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
      if (System.nanoTime() - end > 0 || !process.isAlive()) {
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
    process.close();
    process = launch();
    measurements.clear();
    awaitReady();
  }

  void measure() throws IOException, InterruptedException {
    measurements.add(Measurement.of(process.pid(), management()));
  }

  /** All that was measured of it since it was last started. */
  List<Double> measured(Figure figure) {
    return measurements.stream().map(each -> each.values().getOrDefault(figure, 0.0)).toList();
  }

  int starts() {
    return starts;
  }

  @Override
  public String toString() {
    return name + " at " + address();
  }

  @Override
  public void close() {
    process.kill();
  }
}
