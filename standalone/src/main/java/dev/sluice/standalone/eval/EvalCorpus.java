package dev.sluice.standalone.eval;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CallFailure;
import dev.sluice.standalone.client.DocumentUpload;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.client.Reconnection;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.ingest.CorpusDocuments;
import dev.sluice.standalone.ingest.Ingestion;
import dev.sluice.standalone.ingest.Item;
import dev.sluice.standalone.ingest.ItemSink;
import dev.sluice.standalone.ingest.Notes;
import dev.sluice.standalone.ingest.Progress;
import dev.sluice.standalone.ingest.SourceFile;
import dev.sluice.standalone.ingest.Tally;
import dev.sluice.standalone.ingest.TextLimit;
import dev.sluice.standalone.ingest.Unreadable;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A corpus in a collection.
 *
 * @param ids of the stored documents
 * @param skipped documents that have neither text nor title
 */
public record EvalCorpus(String collection, Set<String> ids, int skipped) {

  /** Stores the whole corpus, or fails: a measurement needs all of it. */
  public static EvalCorpus ingest(Path file, String collection, Gateway gateway, Console console)
      throws InterruptedException {
    Tally tally = new Tally();
    Notes notes = new Notes();
    SourceFile source = new SourceFile(file, file.toString(), size(file), true);
    Progress progress = new Progress(console, tally, source.size(), System::nanoTime);
    Reconnection reconnection = Reconnection.of(Reconnection.DEFAULT_ATTEMPTS);
    try (DocumentUpload upload =
        new DocumentUpload(gateway, collection, tally, reconnection, console::note)) {
      Sink sink = new Sink(new Ingestion(upload, tally, progress));
      new CorpusDocuments(notes, TextLimit.byEnvironment()).read(source, sink);
      int lost = upload.finish();
      progress.end();
      notes.lines().forEach(console::warn);
      console.note("corpus: " + tally.summary() + "; skipped " + sink.skipped + " without text");
      if (tally.failed() + lost > 0) {
        tally.failureLines().forEach(console::note);
        throw new CommandFailure("not the whole corpus was stored: nothing can be measured");
      }
      return new EvalCorpus(collection, sink.ids, sink.skipped);
    } catch (StatusRuntimeException e) {
      progress.end();
      throw CallFailure.of(e, gateway.address());
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new CommandFailure("cannot read the corpus: " + Unreadable.reason(e), e);
    }
  }

  /** Remembers what was sent; stops at a line that is no document. */
  private static final class Sink implements ItemSink {

    private final Ingestion ingestion;
    private final Set<String> ids = new HashSet<>();
    private int skipped;

    Sink(Ingestion ingestion) {
      this.ingestion = ingestion;
    }

    @Override
    public void accept(Item item) throws InterruptedException {
      switch (item) {
        case Item.Ready ready -> {
          if (!ids.add(ready.document().getId())) {
            throw new CommandFailure("the corpus has two documents " + ready.document().getId());
          }
          ingestion.accept(ready);
        }
        case Item.Refused refused when refused.reason().equals(CorpusDocuments.NO_TEXT) ->
            skipped++;
        case Item.Refused refused ->
            throw new CommandFailure(refused.name() + ": " + refused.reason());
        case Item.Skipped left -> skipped++;
      }
    }
  }
}
