package dev.sluice.serving.inference.real;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A real Triton in a process of its own, with the models of {@code src/test/triton}. Owns the
 * process. Files in its folder tell a model to wait, and what it did.
 */
public final class RealTriton implements AutoCloseable {

  private static final Path SCRIPT =
      Path.of(System.getProperty("sluice.root", ".."), "serving/src/test/triton/serve.sh");
  private static final String READY = "ready at ";
  private static final long START_SECONDS = 300; // the first one installs it
  private static final long AWAIT_SECONDS = 60;

  private final Path folder;
  private final List<String> models;
  private String target = "127.0.0.1:0";
  private @Nullable Process process;

  private RealTriton(Path folder, List<String> models) {
    this.folder = folder;
    this.models = models;
  }

  /**
   * Starts a server on a free port and waits until its models are ready.
   *
   * @param folder an empty one
   */
  public static RealTriton start(Path folder, String... models) {
    var triton = new RealTriton(folder, List.of(models));
    triton.launch();
    return triton;
  }

  /**
   * The same for models that run a sentence encoder.
   *
   * @param encoder the name of its files on the class path
   */
  public static RealTriton startEncoder(Path folder, String encoder, String... models) {
    String resource = "/" + encoder + ".onnx";
    try (InputStream content =
        Objects.requireNonNull(RealTriton.class.getResourceAsStream(resource), resource)) {
      Files.copy(content, folder.resolve("model.onnx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return start(folder, models);
  }

  private void launch() {
    List<String> command =
        new ArrayList<>(List.of(SCRIPT.toString(), folder.toString(), String.valueOf(port())));
    command.addAll(models);
    try {
      process =
          new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String line = nextLine(process, START_SECONDS);
    if (line == null || !line.startsWith(READY)) {
      close();
      throw new IllegalStateException("no real Triton: " + read("errors") + read("server.log"));
    }
    target = line.substring(READY.length());
  }

  /** The next line that the process prints; null when it and all its parts have ended. */
  private static @Nullable String nextLine(Process process, long seconds) {
    var line = new CompletableFuture<@Nullable String>();
    Thread.startVirtualThread(() -> {
      try {
        line.complete(process.inputReader().readLine());
      } catch (IOException e) {
        line.completeExceptionally(e);
      }
    });
    try {
      return line.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the real Triton is silent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String read(String file) {
    Path path = folder.resolve(file);
    try {
      return Files.exists(path) ? Files.readString(path) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For clients: host and port. Stays the same after a {@link #restart}. */
  public String target() {
    return target;
  }

  private int port() {
    return Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
  }

  /** From now on the model waits before every request. */
  public void hold(String model) {
    hold(model, 0);
  }

  /** From now on the model does so many steps of a request, and waits then. */
  public void hold(String model, int steps) {
    try {
      Files.writeString(folder.resolve(model + ".hold"), String.valueOf(steps));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model goes on. */
  public void release(String model) {
    try {
      Files.deleteIfExists(folder.resolve(model + ".hold"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the model did since the first start, one line each: its {@code model.py} says which. */
  public List<String> journal(String model) {
    return read(model + ".journal").lines().toList();
  }

  /** How often the model did what begins so. */
  public long count(String model, String what) {
    return journal(model).stream().filter(line -> line.startsWith(what)).count();
  }

  /** Requests of the model that wait for their batch to run, as the server's metrics say. */
  public int pending(String model) {
    String name = "nv_inference_pending_request_count{model=\"" + model + "\"";
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String metrics() {
    try (InputStream page =
        URI.create("http://127.0.0.1:" + (port() + 1) + "/metrics").toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for what other processes do; fails after a minute. */
  public static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(what + " has not come true in " + AWAIT_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  /** Tells the server to stop: it finishes what it has begun, and takes nothing new. */
  public void drain() {
    running().toHandle().destroy();
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Ends the server at once, as a crash does. */
  public void kill() {
    // not by Process: that closes the output, whose end says that all parts have ended
    ProcessHandle server = running().toHandle();
    List<ProcessHandle> stubs = server.descendants().filter(RealTriton::isStub).toList();
    server.destroyForcibly();
    stubs.forEach(ProcessHandle::destroyForcibly); // one at work would wait for the server for ever
    nextLine(running(), AWAIT_SECONDS);
    running().onExit().orTimeout(AWAIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** A process in which the Python backend runs a model. */
  private static boolean isStub(ProcessHandle process) {
    return process.info().command().filter(path -> path.endsWith("_stub")).isPresent();
  }

  /** Starts it again, where it was. */
  public void restart() {
    if (isRunning()) {
      throw new IllegalStateException("it runs");
    }
    launch();
  }

  private Process running() {
    return Objects.requireNonNull(process);
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
