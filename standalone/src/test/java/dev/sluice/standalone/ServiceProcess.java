package dev.sluice.standalone;

import dev.sluice.serving.network.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A service or a gateway as a process of its own, which keeps its ports when it is replaced by a
 * new one. {@link #close} kills it.
 */
final class ServiceProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final String name;
  private final int port = FreePort.any();
  private final int managementPort = FreePort.any();
  private final Map<String, String> settings = new HashMap<>();
  private final String main;
  private final Path log;
  private Process process;

  /**
   * Starts it, without waiting for it.
   *
   * @param name of the process, as "embed"
   * @param settings without {@code SLUICE_} and the name in front
   */
  ServiceProcess(String name, Class<?> main, Map<String, String> settings, Path folder)
      throws IOException {
    String prefix = "SLUICE_" + name.toUpperCase(Locale.ROOT) + "_";
    this.name = name;
    this.main = main.getName();
    this.log = folder.resolve(name + "-" + port + ".log");
    settings.forEach((key, value) -> this.settings.put(prefix + key, value));
    this.settings.put(prefix + "PORT", Integer.toString(port));
    this.settings.put(prefix + "MANAGEMENT_PORT", Integer.toString(managementPort));
    this.settings.put(prefix + "QUIET_PERIOD", "1s");
    this.settings.put(prefix + "DRAIN_TIMEOUT", "60s");
    if (name.equals("gateway")) {
      this.settings.put("SLUICE_DATA", folder.resolve("data").toString());
    }
    this.process = launch();
  }

  private Process launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx384m",
            "-cp",
            System.getProperty("java.class.path"),
            main);
    builder.environment().keySet().removeIf(key -> key.startsWith("SLUICE_"));
    builder.environment().putAll(settings);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  static String addresses(List<ServiceProcess> replicas) {
    return String.join(",", replicas.stream().map(ServiceProcess::address).toList());
  }

  void awaitReady() throws InterruptedException {
    Patience.await(this + " is ready", this::isReady);
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      throw new AssertionError(this + " ended: " + said());
    }
    URI page = URI.create("http://127.0.0.1:" + managementPort + "/readyz");
    try {
      return CLIENT
              .send(HttpRequest.newBuilder(page).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it to stop, waits for its end, and starts the next one. Gives the exit code. */
  int replace() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(this + " does not stop: " + said());
    }
    int code = process.exitValue();
    process = launch();
    awaitReady();
    return code;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public String toString() {
    return name + " at " + address();
  }
}
