package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes documents of a collection, by their ids or by a filter. */
@Command(
    name = "delete",
    description = {
      "Delete documents by their ids, or all that a filter lets pass, for good. Asks nothing;"
          + " prints how many were deleted."
    },
    footer = {
      "",
      "Examples:",
      "  sluice delete docs/old.md docs/older.md --collection handbook",
      "  sluice delete --filter 'year < 2020 || draft' -c handbook",
      "",
      "Exit code 1 when a document that was named is not there."
    })
final class DeleteCommand implements Callable<Integer> {

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "The documents to delete.")
  private List<String> ids = List.of();

  @Option(
      names = {"-c", "--collection"},
      required = true,
      paramLabel = "NAME",
      converter = CollectionName.Converter.class,
      description = "The collection to delete from.")
  private CollectionName collection = CollectionName.NONE;

  @Option(
      names = "--filter",
      paramLabel = "EXPRESSION",
      description =
          "Delete the documents whose metadata pass, in a part of CEL: lang == \"en\" && year >="
              + " 2024.")
  private @Nullable String filter;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  DeleteCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() {
    check();
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      return filter == null ? deleteNamed(gateway) : deletePassing(gateway, filter);
    }
  }

  private void check() {
    connection.check();
    if (ids.isEmpty() == (filter == null)) {
      throw wrong("name documents by their ids, or say which by --filter: one of the two");
    }
    if (ids.contains("") || "".equals(filter)) {
      throw wrong("an id or a filter is empty");
    }
  }

  private ParameterException wrong(String line) {
    if (spec == null) {
      throw new IllegalStateException(line);
    }
    return new ParameterException(spec.commandLine(), line);
  }

  private int deletePassing(Gateway gateway, String passing) {
    DeleteDocumentsRequest request =
        DeleteDocumentsRequest.newBuilder()
            .setCollection(collection.value())
            .setFilter(passing)
            .build();
    try {
      report(gateway.storedDocuments().deleteDocuments(request).getDeletedCount());
      return Sluice.DONE;
    } catch (StatusRuntimeException e) {
      throw new CollectionCatalog(gateway).failure(e, collection.value());
    }
  }

  private int deleteNamed(Gateway gateway) {
    new CollectionCatalog(gateway).require(collection.value());
    int deleted = 0;
    try {
      for (String id : ids) {
        deleted += delete(gateway, id) ? 1 : 0;
      }
    } finally {
      report(deleted);
    }
    return deleted == ids.size() ? Sluice.DONE : Sluice.FAILED;
  }

  private boolean delete(Gateway gateway, String id) {
    DeleteDocumentRequest request =
        DeleteDocumentRequest.newBuilder()
            .setCollection(collection.value())
            .setDocumentId(id)
            .build();
    try {
      var _ = gateway.storedDocuments().deleteDocument(request);
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        console.note("sluice: there is no document '" + id + "'");
        return false;
      }
      throw new CollectionCatalog(gateway).failure(e, collection.value());
    }
  }

  private void report(long deleted) {
    console.out().println(deleted == 1 ? "1 document deleted" : deleted + " documents deleted");
  }
}
