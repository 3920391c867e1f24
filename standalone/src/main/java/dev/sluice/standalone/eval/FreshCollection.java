package dev.sluice.standalone.eval;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import java.nio.file.Path;
import java.util.UUID;

/** Holds a corpus in a collection of its own as long as something is measured on it. */
public record FreshCollection(Gateway gateway, Path corpus, Console console) {

  /** What is measured. */
  public interface Measurement<R> {
    R on(EvalCorpus corpus) throws InterruptedException;
  }

  /** Creates the collection, stores the corpus, measures and deletes the collection. */
  public <R> R measure(Measurement<R> measurement) throws InterruptedException {
    String name = "eval-" + UUID.randomUUID();
    CollectionCatalog catalog = new CollectionCatalog(gateway);
    catalog.ensure(name);
    try {
      return measurement.on(EvalCorpus.ingest(corpus, name, gateway, console));
    } finally {
      delete(catalog, name);
    }
  }

  /** What failed before must not be hidden by a failing clean-up. */
  private void delete(CollectionCatalog catalog, String name) {
    try {
      catalog.delete(name);
    } catch (CommandFailure e) {
      console.warn("the collection " + name + " could not be deleted: " + e.line());
    }
  }
}
