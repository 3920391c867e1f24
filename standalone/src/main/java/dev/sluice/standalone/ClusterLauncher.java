package dev.sluice.standalone;

import java.nio.file.Path;
import java.util.Optional;

/** Starts the whole cluster in this process, and finds the one that runs already. */
public interface ClusterLauncher {

  /**
   * Starts a cluster over a data directory, which it creates when there is none, and returns when
   * the gateway is ready.
   *
   * @param freePorts take free ports instead of the documented ones
   * @throws CommandFailure when it cannot start: the directory has an owner, a port is taken
   */
  RunningCluster start(Path dataDirectory, boolean freePorts);

  /**
   * The same for one command of this process: on free ports of loopback, in plain text, whatever is
   * configured for clusters that others call.
   */
  default RunningCluster startForCommand(Path dataDirectory) {
    return start(dataDirectory, true);
  }

  /**
   * The gateway's {@code host:port} of the running cluster that holds the data directory.
   *
   * @throws CommandFailure when it can only be reached with more options
   */
  Optional<String> addressOfOwner(Path dataDirectory);
}
