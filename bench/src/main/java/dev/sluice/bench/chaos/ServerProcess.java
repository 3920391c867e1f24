package dev.sluice.bench.chaos;

import dev.sluice.bench.overload.MetricsPage;
import dev.sluice.serving.network.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server of Sluice as a process of its own, with its real main class. It keeps its ports when it
 * is started again. {@link #close} kills it.
 */
final class ServerProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /** They share two cores with their callers: no time for the last hundredth of speed. */
  private static final List<String> OPTIONS =
      List.of(
          "--add-modules",
          "jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xmx512m");

  /** How a process ends by signal 9, as the JVM says it. */
  private static final int KILLED = 128 + 9;

  private static final char STOPPED = 'T';

  private final String name;
  private final Class<?> main;
  private final int port = FreePort.any();
  private final int managementPort = FreePort.any();
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> prefix;
  private final Path log;
  private @Nullable Process process;

  /**
   * @param name as "embed-1": its service and which of its replicas it is
   * @param settings by their whole names
   */
  ServerProcess(
      String name, Class<?> main, Map<String, String> settings, Launch launch, Path folder) {
    String service = name.replaceFirst("-\\d+$", "").toUpperCase(Locale.ROOT);
    this.name = name;
    this.main = main;
    this.prefix = launch.prefix();
    this.log = folder.resolve(name + ".log");
    environment.putAll(launch.environment());
    environment.putAll(settings);
    environment.put("SLUICE_LOG_LEVEL", "warn");
    environment.put("SLUICE_" + service + "_PORT", Integer.toString(port));
    environment.put("SLUICE_" + service + "_MANAGEMENT_PORT", Integer.toString(managementPort));
  }

  /** Starts it, without waiting for it. */
  void start() throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(key -> key.startsWith("SLUICE_"));
    builder.environment().putAll(environment);
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  int port() {
    return port;
  }

  void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      if (!running().isAlive() || System.nanoTime() - end > 0) {
        throw new IOException(name + " did not become ready: " + lastWords());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return page("/readyz").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private HttpResponse<String> page(String path) throws IOException, InterruptedException {
    URI page = URI.create("http://127.0.0.1:" + managementPort + path);
    HttpRequest request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(5)).build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  /** How many seconds its wall clock is before ours, by the date of its management page. */
  long secondsAhead() throws IOException, InterruptedException {
    String date = page("/healthz").headers().firstValue("Date").orElseThrow();
    return secondsAhead(date, Instant.now());
  }

  /**
   * @param date as HTTP writes it
   */
  static long secondsAhead(String date, Instant ours) {
    return Duration.between(ours, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)))
        .toSeconds();
  }

  /** How many calls it has answered well since it was started. */
  double answered() throws IOException, InterruptedException {
    return answered(MetricsPage.of(page("/metrics").body()));
  }

  /** Those of Sluice's own services. */
  static double answered(MetricsPage page) {
    return page.sum(name ->
        name.startsWith("grpc_server_processing_duration_seconds_count")
            && name.contains("service=\"sluice.")
            && name.contains("statusCode=\"OK\""));
  }

  /** How many callers are connected to it. */
  long connections() throws IOException {
    return OpenConnections.to(port);
  }

  /** Whether {@code kill -9} ended it, and nothing else. */
  boolean isKilled() {
    return !running().isAlive() && running().exitValue() == KILLED;
  }

  /** Whether it stands still after a signal. */
  boolean isStopped() throws IOException {
    return state(Files.readString(Path.of("/proc/" + running().pid() + "/stat"))) == STOPPED;
  }

  /** The state in what Linux says of a process, which follows its name in brackets. */
  static char state(String stat) {
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "it said nothing" : lines.getLast();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return process;
  }

  /** As {@code kill -9}. */
  void kill() {
    running().destroyForcibly();
    running().onExit().join();
  }

  /** Starts it again and waits until it takes calls. */
  void restart() throws IOException, InterruptedException {
    start();
    awaitReady();
  }

  /** Sends it a signal, as "STOP". */
  void signal(String signal) throws IOException, InterruptedException {
    String pid = Long.toString(running().pid());
    if (new ProcessBuilder("kill", "-" + signal, pid).start().waitFor() != 0) {
      throw new IOException("no signal " + signal + " to " + name);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
