package dev.sluice.standalone.ingest;

import dev.sluice.standalone.client.DocumentUpload;

/** Sends what can be stored, counts what cannot, and shows how far it has come. */
public record Ingestion(DocumentUpload upload, Tally tally, Progress progress) implements ItemSink {

  @Override
  public void accept(Item item) throws InterruptedException {
    if (item instanceof Item.Ready ready) {
      upload.send(ready.document(), ready.bytes());
    } else {
      tally.count(item);
    }
    progress.update();
  }
}
