package dev.sluice.standalone.ingest;

/** Takes items; blocks while there is no room for more. */
public interface ItemSink {

  void accept(Item item) throws InterruptedException;
}
