package dev.sluice.generate.model;

import dev.sluice.serving.quotes.QuoteSink;

/**
 * Takes what a model writes, in order, from one thread. Each method waits while the reader is slow,
 * and throws a {@link dev.sluice.serving.failure.Failure} when nobody reads any more.
 */
public interface EventSink extends QuoteSink {

  /**
   * The model asks to have a function called.
   *
   * @param arguments JSON
   */
  void toolCall(String id, String name, String arguments);
}
