package dev.sluice.standalone.cli;

import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.RunningCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remembers what it was asked to start; the clusters are the fake gateway. */
final class FakeLauncher implements ClusterLauncher {

  record Start(Path dataDirectory, boolean freePorts) {}

  final List<Start> starts = new ArrayList<>();
  int closed;
  Optional<String> owner = Optional.empty();
  Optional<String> refusal = Optional.empty();
  boolean interrupts;

  @Override
  public RunningCluster start(Path dataDirectory, boolean freePorts) {
    refusal.ifPresent(line -> {
      throw new CommandFailure(line);
    });
    starts.add(new Start(dataDirectory, freePorts));
    return new Cluster();
  }

  @Override
  public Optional<String> addressOfOwner(Path dataDirectory) {
    return owner;
  }

  private final class Cluster implements RunningCluster {

    @Override
    public String gatewayAddress() {
      return "localhost:7400";
    }

    @Override
    public List<String> serverLines() {
      return List.of("gateway localhost:7400, management page http://localhost:7500");
    }

    @Override
    public void awaitTermination() throws InterruptedException {
      if (interrupts) {
        throw new InterruptedException();
      }
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
