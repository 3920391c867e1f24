package dev.sluice.serving.batching;

/** A model had too little memory for a batch; smaller ones may still fit. */
public final class ModelMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public ModelMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
