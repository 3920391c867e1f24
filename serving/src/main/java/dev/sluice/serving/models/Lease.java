package dev.sluice.serving.models;

/**
 * Leave to use a model, which is not closed meanwhile. Closed by whoever asked for it, once.
 *
 * @param model the model
 * @param end gives the leave back
 */
public record Lease<M>(M model, Runnable end) implements AutoCloseable {

  @Override
  public void close() {
    end.run();
  }
}
