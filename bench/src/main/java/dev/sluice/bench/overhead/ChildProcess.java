package dev.sluice.bench.overhead;

import java.io.BufferedWriter;
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
          "-cp",
          System.getProperty("java.class.path"));

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Process process;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /** Runs a main class with these variables beside the environment's, and these arguments. */
  public static ChildProcess start(
      Class<?> main, Map<String, String> environment, String... arguments) throws IOException {
    return start(List.of("-Xmx2g"), main, environment, arguments);
  }

  /** The same with other options of the JVM than 2 GiB of heap. */
  public static ChildProcess start(
      List<String> options, Class<?> main, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(OPTIONS);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start());
  }

  /** The next line that it prints. */
  public String line() throws IOException {
    return process.inputReader().readLine();
  }

  /** As the operating system knows it. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Processor time of all its threads so far. */
  public Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Gives it a line to read. */
  public void tell(String line) throws IOException {
    BufferedWriter writer = process.outputWriter();
    writer.write(line);
    writer.newLine();
    writer.flush();
  }

  /** Sends it a signal, as "STOP". */
  public void signal(String name) throws IOException, InterruptedException {
    int failed =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (failed != 0) {
      throw new IOException("no signal " + name + " to " + process.pid());
    }
  }

  /** Ends it at once, also when it was stopped. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Asks it to end, and ends it when it has not after a minute, which is said. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE)) {
        System.err.println("process " + process.pid() + " did not end when asked, and was killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }
}
