package dev.sluice.standalone;

import dev.sluice.gateway.documents.DataDirectory;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Starts clusters in this JVM, configured by the environment. */
public final class LocalLauncher implements ClusterLauncher {

  private final Map<String, String> environment;

  public LocalLauncher(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public RunningCluster start(Path dataDirectory, boolean freePorts) {
    try {
      return LocalCluster.start(ClusterConfig.read(environment, dataDirectory, freePorts));
    } catch (ConfigurationException | Failure | UncheckedIOException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Optional<String> addressOfOwner(Path dataDirectory) {
    return DataDirectory.owner(dataDirectory)
        .map(DataDirectory.Owner::gateway)
        .filter(address -> !address.isEmpty());
  }
}
