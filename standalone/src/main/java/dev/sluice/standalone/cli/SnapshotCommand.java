package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.CreateSnapshotRequest;
import dev.sluice.gateway.v1.DeleteSnapshotRequest;
import dev.sluice.gateway.v1.ListSnapshotsRequest;
import dev.sluice.gateway.v1.ListSnapshotsResponse;
import dev.sluice.gateway.v1.Snapshot;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.client.CallFailure;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.TextTable;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes, lists and deletes snapshots. */
@Command(
    name = "snapshot",
    description = {
      "Take, list and delete snapshots of collections, in the data directory of the cluster."
          + " Searches and writes go on meanwhile. What a snapshot holds takes room of its own only"
          + " once the collections have changed.",
      "",
      "sluice restore brings collections back."
    },
    footer = {
      "",
      "Examples:",
      "  sluice snapshot create before-upgrade",
      "  sluice snapshot create monday --collection contracts",
      "  sluice snapshot list",
      "  sluice snapshot delete monday"
    })
final class SnapshotCommand {

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  SnapshotCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Command(name = "create", description = "Take a snapshot of all collections, or of one.")
  int create(
      @Parameters(
              paramLabel = "NAME",
              converter = SnapshotName.Converter.class,
              description = "Names the snapshot.")
          SnapshotName name,
      @Option(
              names = {"-c", "--collection"},
              paramLabel = "C",
              converter = CollectionName.Converter.class,
              description = "The only collection to hold.")
          @Nullable CollectionName collection,
      @Mixin ConnectionOptions connection) {
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      CreateSnapshotRequest request =
          CreateSnapshotRequest.newBuilder()
              .setSnapshot(name.value())
              .setCollection(collection == null ? "" : collection.value())
              .build();
      Snapshot taken = gateway.snapshots().createSnapshot(request);
      console
          .out()
          .println(
              "snapshot " + taken.getName() + ": " + SnapshotName.held(taken.getCollectionsList()));
      return Sluice.DONE;
    } catch (StatusRuntimeException e) {
      throw CallFailure.of(e, connection.name());
    }
  }

  @Command(name = "list", description = "List the snapshots.")
  int list(@Mixin ConnectionOptions connection) {
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      ListSnapshotsResponse list =
          gateway.snapshots().listSnapshots(ListSnapshotsRequest.getDefaultInstance());
      if (list.getSnapshotsCount() == 0) {
        console.note("there is no snapshot yet; sluice snapshot create NAME takes one");
        return Sluice.DONE;
      }
      TextTable table = new TextTable("snapshot", "taken", "MiB", "documents");
      list.getSnapshotsList().forEach(snapshot -> row(table, snapshot));
      table.lines().forEach(console.out()::println);
      return Sluice.DONE;
    } catch (StatusRuntimeException e) {
      throw CallFailure.of(e, connection.name());
    }
  }

  private static void row(TextTable table, Snapshot snapshot) {
    table.row(
        snapshot.getName(),
        Instant.ofEpochSecond(snapshot.getCreateTime().getSeconds()).toString(),
        String.format(Locale.ROOT, "%.1f", snapshot.getSizeBytes() / (double) (1 << 20)),
        snapshot.getCollectionsList().stream()
            .map(held -> held.getName() + " " + held.getDocumentCount())
            .collect(Collectors.joining(", ")));
  }

  @Command(name = "delete", description = "Delete a snapshot for good.")
  int delete(
      @Parameters(
              paramLabel = "NAME",
              converter = SnapshotName.Converter.class,
              description = "Which one.")
          SnapshotName name,
      @Mixin ConnectionOptions connection) {
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      var _ =
          gateway
              .snapshots()
              .deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshot(name.value()).build());
      console.out().println("snapshot " + name.value() + " is deleted");
      return Sluice.DONE;
    } catch (StatusRuntimeException e) {
      throw CallFailure.of(e, connection.name());
    }
  }
}
