package dev.sluice.generate.model;

/**
 * Takes what a model writes, in order, from one thread. Each method waits while the reader is slow,
 * and throws a {@link dev.sluice.serving.failure.Failure} when nobody reads any more.
 */
public interface EventSink {

  /** The next piece of the text. */
  void text(String delta);

  /**
   * Words of a document that support a part of the text written so far.
   *
   * @param answerStart where the part begins, in UTF-16 code units
   * @param answerEnd where it ends, exclusive
   */
  void quote(int documentIndex, String words, int answerStart, int answerEnd);

  /**
   * The model asks to have a function called.
   *
   * @param arguments JSON
   */
  void toolCall(String id, String name, String arguments);
}
