package dev.sluice.gateway.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A {@link ScriptedReplica} that is a process of its own, and takes a few milliseconds a call. */
final class ReplicaProcess implements AutoCloseable {

  private static final long MILLIS = 5;

  private final Process process;
  private final String address;

  private ReplicaProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  static ReplicaProcess start() {
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ReplicaProcess.class.getName())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new ReplicaProcess(process, process.inputReader().readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints its address, and ends with its input: it does not outlive the test. */
  public static void main(String[] arguments) throws IOException {
    try (var replica = new ScriptedReplica(true)) {
      replica.script = ScriptedReplica.takes(MILLIS);
      System.out.println(replica.address());
      while (System.in.read() >= 0) {
        // nobody writes
      }
    }
  }

  String address() {
    return address;
  }

  /** As the machine's power would end it. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
