package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.RestoreSnapshotRequest;
import dev.sluice.gateway.v1.RestoreSnapshotResponse;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CallFailure;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings collections back from a snapshot. */
@Command(
    name = "restore",
    description = {
      "Bring collections back from a snapshot of the same data directory, once its checksums are"
          + " verified. All of them come back or none; a collection that exists is not touched"
          + " without --replace."
    },
    footer = {
      "",
      "Examples:",
      "  sluice restore before-upgrade",
      "  sluice restore monday --collection contracts --replace"
    })
final class RestoreCommand implements Callable<Integer> {

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  @Parameters(
      paramLabel = "NAME",
      converter = SnapshotName.Converter.class,
      description = "Which snapshot.")
  private SnapshotName name = SnapshotName.NONE;

  @Option(
      names = {"-c", "--collection"},
      paramLabel = "C",
      converter = CollectionName.Converter.class,
      description = "The only collection to bring back.")
  private @Nullable CollectionName collection;

  @Option(
      names = "--replace",
      description = "Replace collections of the same names. What they hold is lost.")
  private boolean replace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  RestoreCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() {
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      RestoreSnapshotRequest request =
          RestoreSnapshotRequest.newBuilder()
              .setSnapshot(name.value())
              .setCollection(collection == null ? "" : collection.value())
              .setReplace(replace)
              .build();
      RestoreSnapshotResponse restored = gateway.snapshots().restoreSnapshot(request);
      console.out().println("restored " + SnapshotName.held(restored.getCollectionsList()));
      return Sluice.DONE;
    } catch (StatusRuntimeException e) {
      throw failure(e);
    }
  }

  private CommandFailure failure(StatusRuntimeException exception) {
    CommandFailure failure = CallFailure.of(exception, connection.name());
    return exception.getStatus().getCode() == Status.Code.ALREADY_EXISTS
        ? new CommandFailure(failure.line() + ": --replace replaces it", exception)
        : failure;
  }
}
