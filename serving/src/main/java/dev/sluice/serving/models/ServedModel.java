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

  /** How busy it is: 0 where nothing runs, 1 where more work has to wait, more where it does. */
  default double utilisation() {
    return 0;
  }

  /** Finishes what it has accepted, then gives up what it holds. */
  @Override
  void close();
}
