package dev.sluice.bench.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file system of a few MiB, in a mount namespace of its own, which nobody else sees and which
 * goes with the process that holds it. Owns that process.
 */
final class SmallDisk implements AutoCloseable {

  private static final int BLOCK = 4096;

  private final Process holder;
  private final Path mounted;

  private SmallDisk(Process holder, Path mounted) {
    this.holder = holder;
    this.mounted = mounted;
  }

  /** Why there is none here; empty when there may be. */
  static String missing() {
    boolean root = "root".equals(System.getProperty("user.name"));
    boolean tools =
        Files.isExecutable(Path.of("/usr/bin/unshare"))
            && Files.isExecutable(Path.of("/usr/bin/nsenter"));
    return root && tools ? "" : "mounting a small disk needs root, unshare and nsenter";
  }

  static SmallDisk mount(Path folder, int mebibytes) throws IOException {
    Path mounted = Files.createDirectories(folder.resolve("disk"));
    String script =
        "mount -t tmpfs -o size=" + mebibytes + "m none \"$1\" && echo mounted && exec sleep 1d";
    Process holder =
        new ProcessBuilder("unshare", "-m", "sh", "-c", script, "sh", mounted.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (!"mounted".equals(holder.inputReader().readLine())) {
      holder.destroyForcibly();
      throw new IOException("no small disk can be mounted here");
    }
    return new SmallDisk(holder, mounted);
  }

  /** A process that sees the disk. */
  Launch launch() {
    return new Launch(List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", "--"), Map.of());
  }

  /** A directory on the disk, as the processes in the namespace call it. */
  Path data() {
    return mounted.resolve("data");
  }

  private Path ballast() {
    return Path.of("/proc/" + holder.pid() + "/root" + mounted.resolve("ballast"));
  }

  /** Leaves no block free. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      while (true) {
        out.write(new byte[BLOCK]);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Makes room again. */
  void empty() throws IOException {
    Files.deleteIfExists(ballast());
  }

  @Override
  public void close() {
    holder.destroyForcibly();
    holder.onExit().join();
  }
}
