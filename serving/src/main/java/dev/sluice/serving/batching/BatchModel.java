package dev.sluice.serving.batching;

import java.util.List;

/**
 * What runs batches. Implementations are called from several threads at once, as many as {@link
 * BatchLimits#slots} says.
 *
 * @param <I> one input, prepared (tokenised)
 * @param <O> its output
 */
public interface BatchModel<I, O> {

  /** Tokens that the model reads for an input, without padding. At least 1. */
  int tokens(I input);

  /**
   * Runs one batch.
   *
   * @return one output for each input, in order
   */
  List<O> run(List<I> batch);

  /** What the model can take. */
  BatchLimits limits();
}
