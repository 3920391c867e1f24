package dev.sluice.serving.models;

/**
 * Loads models of one service.
 *
 * @param <C> what a model is configured with
 */
@FunctionalInterface
public interface ModelLoader<C, M extends ServedModel> {

  /**
   * Loads a model; it takes requests when this returns.
   *
   * @param name what requests will call it; empty means the model's own name
   */
  M load(String name, C config);
}
