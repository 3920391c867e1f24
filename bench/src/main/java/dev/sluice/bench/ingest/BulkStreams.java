package dev.sluice.bench.ingest;

import dev.sluice.gateway.v1.Document;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.DocumentUpload;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.client.Reconnection;
import dev.sluice.standalone.ingest.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Eight streams that store documents over and over; {@link #close} breaks them off, with what they
 * have not been acknowledged.
 */
public final class BulkStreams implements AutoCloseable {

  private static final int STREAMS = 8;

  private final Gateway gateway;
  private final String collection;
  private final List<Document> documents;
  private final Tally tally = new Tally();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> streams = new ArrayList<>();
  private final long began = System.nanoTime();
  private volatile boolean over;

  private BulkStreams(Gateway gateway, String collection, List<Document> documents) {
    this.gateway = gateway;
    this.collection = collection;
    this.documents = documents;
  }

  /**
   * Starts them, and returns when the first documents are stored.
   *
   * @throws IllegalStateException when a stream fails before
   */
  public static BulkStreams start(Gateway gateway, String collection, List<Document> documents)
      throws InterruptedException {
    new CollectionCatalog(gateway).ensure(collection);
    BulkStreams bulk = new BulkStreams(gateway, collection, documents);
    for (int i = 0; i < STREAMS; i++) {
      int stream = i;
      bulk.streams.add(
          bulk.threads.submit(() -> {
            bulk.run(stream);
            return null;
          }));
    }
    while (bulk.tally.stored() < STREAMS) {
      if (bulk.hasFailed()) {
        bulk.close(); // says why
      }
      Thread.sleep(10);
    }
    return bulk;
  }

  private boolean hasFailed() {
    return tally.failed() > 0
        || streams.stream().anyMatch(stream -> stream.state() == Future.State.FAILED);
  }

  /** Stores documents over one stream. */
  public static void store(Gateway gateway, String collection, List<Document> documents)
      throws InterruptedException {
    new CollectionCatalog(gateway).ensure(collection);
    try (DocumentUpload upload = upload(gateway, collection, new Tally())) {
      for (Document document : documents) {
        upload.send(document, 1);
      }
      require(upload.finish() == 0);
    }
  }

  private static DocumentUpload upload(Gateway gateway, String collection, Tally tally) {
    return new DocumentUpload(gateway, collection, tally, Reconnection.of(0), System.err::println);
  }

  private static void require(boolean stored) {
    if (!stored) {
      throw new IllegalStateException("not everything was stored");
    }
  }

  /** Under ids of its own, so that nothing is unchanged. */
  private void run(int stream) throws InterruptedException {
    try (DocumentUpload upload = upload(gateway, collection, tally)) {
      for (int i = 0; !over; i++) {
        Document document = documents.get((stream + i * STREAMS) % documents.size());
        upload.send(document.toBuilder().setId(stream + "-" + i).build(), 1);
      }
    }
  }

  /** Since their start. */
  public double passagesPerSecond() {
    return tally.passages() / ((System.nanoTime() - began) / 1e9);
  }

  @Override
  public void close() {
    over = true;
    threads.close();
    for (Future<?> stream : streams) {
      if (stream.state() == Future.State.FAILED) {
        throw new IllegalStateException(stream.exceptionNow());
      }
    }
    require(tally.failed() == 0);
  }
}
