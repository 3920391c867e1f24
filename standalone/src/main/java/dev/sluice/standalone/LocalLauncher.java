package dev.sluice.standalone;

import dev.sluice.gateway.documents.DataDirectory;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Starts clusters in this JVM, configured by the environment. */
public final class LocalLauncher implements ClusterLauncher {

  /** Keys that say how other machines reach the cluster. */
  private static final Pattern FOR_OTHERS =
      Pattern.compile("SLUICE_(GATEWAY|EMBED|RERANK|GENERATE)_(HOST|(UPSTREAM_)?TLS_.*)");

  private final Map<String, String> environment;

  public LocalLauncher(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public RunningCluster startForCommand(Path dataDirectory) {
    Map<String, String> own = new HashMap<>(environment);
    own.keySet().removeIf(key -> FOR_OTHERS.matcher(key).matches());
    return start(own, dataDirectory, true);
  }

  @Override
  public RunningCluster start(Path dataDirectory, boolean freePorts) {
    return start(environment, dataDirectory, freePorts);
  }

  private static RunningCluster start(
      Map<String, String> environment, Path dataDirectory, boolean freePorts) {
    try {
      return LocalCluster.start(ClusterConfig.read(environment, dataDirectory, freePorts));
    } catch (ConfigurationException | Failure | UncheckedIOException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Optional<String> addressOfOwner(Path dataDirectory) {
    return DataDirectory.owner(dataDirectory)
        .filter(owner -> !owner.gateway().isEmpty())
        .map(owner -> reached(dataDirectory, owner));
  }

  private static String reached(Path dataDirectory, DataDirectory.Owner owner) {
    if (owner.tls()) {
      throw new CommandFailure(
          ("the cluster of %s takes TLS alone: give --target %s --tls-ca FILE instead of its"
                  + " directory, with --tls-cert and --tls-key where it asks for a certificate")
              .formatted(dataDirectory, owner.gateway()));
    }
    return owner.gateway();
  }
}
