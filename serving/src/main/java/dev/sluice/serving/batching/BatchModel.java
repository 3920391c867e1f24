package dev.sluice.serving.batching;

import java.util.List;

/**
 * What runs batches. Implementations are called from several threads at once, as many as {@link
 * BatchLimits} says, twice as many where there is a round trip to hide.
 *
 * @param <I> one input, prepared (tokenised)
 * @param <O> its output
 */
public interface BatchModel<I, O> {

  /** Tokens that the model reads for an input, without padding. At least 1. */
  int tokens(I input);

  /**
   * Runs one batch. The current {@link io.grpc.Context} has a deadline, and is cancelled when
   * nobody waits for any of the outputs any more: stop then.
   *
   * @param replica which copy of the model, from 0
   * @return one output for each input, in order
   * @throws ModelMemoryException when the batch does not fit the model's memory
   * @throws dev.sluice.serving.failure.Failure.Unavailable when the replica cannot be reached, so
   *     that another may try
   * @throws RuntimeException when an input breaks the model: the batch is split to find it
   */
  List<O> run(List<I> batch, int replica);

  /** What the model can take. */
  BatchLimits limits();

  /**
   * Nanoseconds that a batch and its outputs spend between here and the replica. Where it is more
   * than none, the next batch is sent ahead so that the replica does not wait for it.
   */
  default long roundTripNanos(int replica) {
    return 0;
  }

  /**
   * Whether it runs on other machines or devices, so that what waits for it leaves this server's
   * processors alone.
   */
  default boolean isRemote() {
    return false;
  }
}
