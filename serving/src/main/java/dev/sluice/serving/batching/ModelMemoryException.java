package dev.sluice.serving.batching;

/** A model ran out of memory on a batch. A smaller one may fit. */
public final class ModelMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** The message is for the log, never for callers. */
  public ModelMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
