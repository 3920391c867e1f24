package dev.sluice.standalone;

import java.nio.file.Path;
import java.util.Optional;

/** Stands where the cluster will be: until then commands need {@code --target}. */
final class AbsentLauncher implements ClusterLauncher {

  @Override
  public RunningCluster start(Path dataDirectory, boolean freePorts) {
    throw new CommandFailure("this build has no cluster in it: give --target HOST:PORT");
  }

  @Override
  public Optional<String> addressOfOwner(Path dataDirectory) {
    return Optional.empty();
  }
}
