package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.DocumentUpload;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.client.Reconnection;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.ingest.FileDocuments;
import dev.sluice.standalone.ingest.Ingestion;
import dev.sluice.standalone.ingest.Notes;
import dev.sluice.standalone.ingest.Progress;
import dev.sluice.standalone.ingest.SourceFile;
import dev.sluice.standalone.ingest.SourceWalk;
import dev.sluice.standalone.ingest.Tally;
import dev.sluice.standalone.ingest.TextLimit;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One ingestion: what there is to read, and what became of it. */
final class IngestRun {

  /** How long an interrupted run waits for what it has sent. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SourceWalk.Found found;
  private final Console console;
  private final Tally tally = new Tally();
  private final Notes notes = new Notes();
  private final TextLimit limit = TextLimit.byEnvironment();
  private final Progress progress;

  private IngestRun(SourceWalk.Found found, Console console, LongSupplier nanoTime) {
    this.found = found;
    this.console = console;
    this.progress = new Progress(console, tally, found.bytes(), nanoTime);
  }

  /** Looks for the files. */
  static IngestRun of(List<Path> paths, Console console, LongSupplier nanoTime) {
    if (paths.stream().anyMatch(path -> path.toString().isEmpty())) {
      throw new CommandFailure("a path is empty: name a file or a folder ('.' for this one)");
    }
    IngestRun run = new IngestRun(SourceWalk.from(paths), console, nanoTime);
    run.found.others().forEach(run.tally::count);
    return run;
  }

  /** Whether there is no file to read, which it then says. */
  boolean isEmpty() {
    if (!found.files().isEmpty()) {
      return false;
    }
    explain();
    console.note("sluice: there is nothing to ingest: name files or folders that hold documents");
    return true;
  }

  /** Stores everything; false when something could not be. */
  boolean into(Gateway gateway, String collection) throws InterruptedException {
    return into(gateway, collection, Reconnection.of(Reconnection.DEFAULT_ATTEMPTS));
  }

  /** The same, connecting anew as often as told. */
  boolean into(Gateway gateway, String collection, Reconnection reconnection)
      throws InterruptedException {
    try (DocumentUpload upload =
        new DocumentUpload(gateway, collection, this::acknowledged, reconnection, this::notice)) {
      int lost;
      try {
        send(new Ingestion(upload, tally, progress));
        lost = upload.finish();
      } catch (InterruptedException e) {
        notice("stopping: waiting for what was sent");
        upload.stop(PATIENCE);
        report(collection);
        throw e;
      }
      report(collection);
      if (lost > 0) {
        throw new CommandFailure(
            "the cluster acknowledged " + lost + " documents less than were sent: ingest again");
      }
      return tally.failed() == 0;
    } catch (StatusRuntimeException e) {
      report(collection);
      throw unfinished(new CollectionCatalog(gateway).failure(e, collection));
    }
  }

  private void acknowledged(UpsertDocumentsResponse response, long bytes) {
    tally.acknowledged(response, bytes);
    progress.update();
  }

  private void notice(String line) {
    progress.end();
    console.note(line);
  }

  private void send(Ingestion ingestion) throws InterruptedException {
    FileDocuments reader = new FileDocuments(notes, limit);
    for (SourceFile file : found.files()) {
      reader.read(file, ingestion);
    }
  }

  private static CommandFailure unfinished(CommandFailure failure) {
    return new CommandFailure(
        failure.line() + " (what is stored stays; run the same command again for the rest)",
        failure);
  }

  private void report(String collection) {
    progress.end();
    explain();
    console.note(
        String.format(
            Locale.ROOT,
            "%s: %s in %.1f s (%s)",
            collection,
            tally.summary(),
            progress.seconds(),
            progress.rates()));
  }

  private void explain() {
    notes.lines().forEach(console::warn);
    if (!tally.skippedLine().isEmpty()) {
      console.note(tally.skippedLine());
    }
    tally.failureLines().forEach(console::note);
  }
}
