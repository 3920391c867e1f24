package dev.sluice.standalone.cli;

import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.RunningCluster;
import dev.sluice.standalone.console.Console;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Keeps a cluster running until Ctrl-C. */
@Command(
    name = "up",
    description = {
      "Run the whole cluster in the foreground until Ctrl-C: gateway, embed, rerank and generate"
          + " services, each with its management page. What is stored survives restarts.",
      "",
      "The other commands find it by its data directory."
    },
    footer = {
      "",
      "Examples:",
      "  sluice up",
      "  sluice up --data /var/lib/sluice",
      "  grpcurl -plaintext localhost:7400 list"
    })
final class UpCommand implements Callable<Integer> {

  private final ClusterLauncher launcher;
  private final Console console;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the data are kept (default: ~/.sluice).")
  private @Nullable Path data;

  @Option(names = "--free-ports", description = "Take free ports instead of the documented ones.")
  private boolean freePorts;

  UpCommand(ClusterLauncher launcher, Console console) {
    this.launcher = launcher;
    this.console = console;
  }

  @Override
  public Integer call() {
    try (RunningCluster cluster = launcher.start(DataDirectory.orDefault(data), freePorts)) {
      cluster.serverLines().forEach(console.out()::println);
      if (!cluster.accessLine().isEmpty()) {
        console.out().println(cluster.accessLine());
      }
      console.out().println(String.format(Locale.ROOT, "ready after %.1f s", secondsSinceStart()));
      console.out().flush();
      cluster.awaitTermination();
    } catch (InterruptedException e) {
      console.note("stopped");
    }
    return Sluice.DONE;
  }

  private static double secondsSinceStart() {
    return (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
  }
}
