package dev.sluice.serving.quotes;

/** Takes a text and the quotes that stand in it, in order, from one thread. */
public interface QuoteSink {

  /** The next piece of the text. */
  void text(String delta);

  /**
   * Words of a document that support a part of the text written so far.
   *
   * @param documentIndex from 0
   * @param answerStart where the part begins, in UTF-16 code units
   * @param answerEnd where it ends, exclusive
   */
  void quote(int documentIndex, String words, int answerStart, int answerEnd);
}
