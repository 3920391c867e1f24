package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of Sluice with the environment and the files that the chart gives it, and nothing else.
 * What differs from a pod: it picks free ports, and its paths lie under a folder of the test.
 * {@link #close} kills it.
 */
final class ChartProcess implements AutoCloseable {

  private static final long MINUTES = 5;
  private static final Path BUILT = Chart.ROOT.resolve("standalone").resolve("target");
  private static final Pattern READY =
      Pattern.compile("ready on [^ ]+:(\\d+), management page on port (\\d+)");

  static final Map<String, String> MAINS =
      Map.of(
          "embed", "dev.sluice.embed.EmbedMain",
          "rerank", "dev.sluice.rerank.RerankMain",
          "generate", "dev.sluice.generate.GenerateMain",
          "gateway", "dev.sluice.gateway.GatewayMain");

  /** Where it listens. */
  record Ports(int grpc, int management) {}

  private final Process process;
  private final CompletableFuture<Ports> ready = new CompletableFuture<>();

  private ChartProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /**
   * @param changed variables that the test decides
   */
  static ChartProcess start(Pod pod, Path folder, Map<String, String> changed) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            MAINS.getOrDefault(pod.process(), ""));
    Map<String, String> environment = builder.environment();
    environment.clear();
    pod.environment().forEach((name, value) -> environment.put(name, moved(folder, value)));
    environment.putAll(changed);
    mount(pod, folder);
    return new ChartProcess(builder.redirectErrorStream(true).start());
  }

  private static String moved(Path folder, String value) {
    return value.startsWith("/") ? folder + value : value;
  }

  private static void mount(Pod pod, Path folder) throws IOException {
    for (JsonNode mount : pod.container().path("volumeMounts")) {
      Files.createDirectories(Path.of(moved(folder, mount.path("mountPath").asText())));
    }
    for (String file : pod.secretFiles()) {
      Files.writeString(Path.of(moved(folder, file)), "a-secret-of-a-test-0123456789");
    }
  }

  private static String classPath() throws IOException {
    if (!Files.isDirectory(BUILT.resolve("lib"))) {
      throw new IllegalStateException("build first: ./mvnw -pl standalone -am package");
    }
    try (Stream<Path> own = Files.list(BUILT);
        Stream<Path> libraries = Files.list(BUILT.resolve("lib"))) {
      return Stream.concat(own, libraries)
          .map(Path::toString)
          .filter(file -> file.endsWith(".jar"))
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
  }

  private void read() {
    StringBuilder said = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      for (String line : (Iterable<String>) lines.lines()::iterator) {
        said.append(line).append('\n');
        Matcher found = READY.matcher(line);
        if (found.find()) {
          ready.complete(
              new Ports(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      said.append(e);
    }
    ready.completeExceptionally(new IllegalStateException("it ended: " + said));
  }

  /** Waits until it says that it is ready. */
  Ports awaitReady() throws InterruptedException, ExecutionException, TimeoutException {
    return ready.get(MINUTES, TimeUnit.MINUTES);
  }

  /** Asks it to stop, and gives its exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      throw new IllegalStateException("it does not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** The variables by which a test gives a process free ports. */
  static Map<String, String> freePorts(String process) {
    String prefix = "SLUICE_" + process.toUpperCase(Locale.ROOT) + "_";
    return List.of("PORT", "MANAGEMENT_PORT").stream()
        .collect(Collectors.toMap(name -> prefix + name, _ -> "0"));
  }
}
