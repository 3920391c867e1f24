package dev.sluice.bench.overhead;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Another JVM with this one's class path, whose processor time can be told apart. Ends with it. */
public final class ChildProcess implements AutoCloseable {

  private static final List<String> OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xmx2g",
          "-cp",
          System.getProperty("java.class.path"));

  private final Process process;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /** Runs a main class with these variables beside the environment's, and these arguments. */
  public static ChildProcess start(
      Class<?> main, Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start());
  }

  /** The first line that it prints. */
  public String line() throws IOException {
    return process.inputReader().readLine();
  }

  /** Processor time of all its threads so far. */
  public Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
