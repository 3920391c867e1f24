package dev.sluice.bench.overload;

import dev.sluice.standalone.LocalLauncher;
import dev.sluice.standalone.RunningCluster;
import java.nio.file.Path;

/** The one-machine cluster as a process: says where its servers listen, and ends with its input. */
final class ClusterMain {

  private ClusterMain() {}

  /**
   * @param arguments the data directory
   */
  public static void main(String[] arguments) throws Exception {
    try (RunningCluster cluster =
        new LocalLauncher(System.getenv()).start(Path.of(arguments[0]), true)) {
      cluster.serverLines().forEach(System.out::println);
      while (System.in.read() >= 0) {
        // until whoever started this has gone
      }
    }
    System.exit(0);
  }
}
