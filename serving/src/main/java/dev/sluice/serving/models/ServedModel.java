package dev.sluice.serving.models;

/** A model that takes requests, with all that runs it. */
public interface ServedModel extends AutoCloseable {

  /** What requests call it. */
  String name();

  /** A hash over its files and the way they are used, or its declared identity. */
  String fingerprint();

  /** Whether it can take requests now; one in this process always can. */
  default boolean isReady() {
    return true;
  }

  /** Finishes what it has accepted, then gives up what it holds. */
  @Override
  void close();
}
