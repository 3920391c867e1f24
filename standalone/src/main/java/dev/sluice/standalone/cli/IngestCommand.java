package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads files and folders into a collection. */
@Command(
    name = "ingest",
    description = {
      "Store files and folders in a collection, which is created when there is none.",
      "",
      "Reads text, Markdown, HTML, PDF and Office files, and *.jsonl files with one JSON object a"
          + " line (id or _id, title, text; other fields become metadata). Hidden files and what is"
          + " no document are skipped. A document's id is its path, so a file that changed replaces"
          + " what it was, and one that did not costs nothing."
    },
    footer = {
      "",
      "Examples:",
      "  sluice ingest docs README.md --collection handbook",
      "  sluice ingest corpus.jsonl --collection papers",
      "  sluice ingest corpus.jsonl -c papers --metadata-type year=number",
      "  sluice ingest docs -c handbook --target example.org:443 --tls --api-key-file key",
      "",
      "Exit code 1 when anything could not be stored; everything else is stored all the same."
    })
final class IngestCommand implements Callable<Integer> {

  enum Type {
    STRING(MetadataType.STRING),
    NUMBER(MetadataType.NUMBER),
    BOOL(MetadataType.BOOL),
    TIMESTAMP(MetadataType.TIMESTAMP),
    LIST_OF_STRING(MetadataType.LIST_OF_STRING),
    LIST_OF_NUMBER(MetadataType.LIST_OF_NUMBER),
    LIST_OF_BOOL(MetadataType.LIST_OF_BOOL),
    LIST_OF_TIMESTAMP(MetadataType.LIST_OF_TIMESTAMP);

    private final MetadataType wire;

    Type(MetadataType wire) {
      this.wire = wire;
    }
  }

  private final ClusterLauncher launcher;
  private final Console console;
  private final Dialer dialer;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and folders to read.")
  private List<Path> paths = List.of();

  @Option(
      names = {"-c", "--collection"},
      required = true,
      paramLabel = "NAME",
      converter = CollectionName.Converter.class,
      description = "Where to store them: small letters, digits, '-' and '_'.")
  private CollectionName collection = CollectionName.NONE;

  @Option(
      names = "--metadata-type",
      paramLabel = "FIELD=TYPE",
      description =
          "The type of a field of metadata, for a collection that is created: string, number, bool,"
              + " timestamp, or a list_of_ these. Documents and filters must keep to it. Can be"
              + " repeated.")
  private Map<String, Type> types = Map.of();

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  IngestCommand(ClusterLauncher launcher, Console console, Dialer dialer) {
    this.launcher = launcher;
    this.console = console;
    this.dialer = dialer;
  }

  @Override
  public Integer call() throws InterruptedException {
    connection.check();
    IngestRun run = IngestRun.of(paths, console, System::nanoTime);
    if (run.isEmpty()) {
      return Sluice.FAILED;
    }
    try (Gateway gateway = connection.open(launcher, console, dialer)) {
      Map<String, MetadataType> declared = new HashMap<>();
      types.forEach((field, type) -> declared.put(field, type.wire));
      new CollectionCatalog(gateway).ensure(collection.value(), declared);
      return run.into(gateway, collection.value()) ? Sluice.DONE : Sluice.FAILED;
    }
  }
}
