package dev.sluice.serving.encoder;

import java.util.Arrays;

/**
 * A tokenised text, as a model reads it. The arrays are parallel and are not to be changed.
 *
 * @param ids token ids, with those that the model adds around a text
 * @param types segment ids: 0 for the first text of a pair, 1 for the second
 * @param special whether the model added the token
 * @param starts where each token begins in the text, in UTF-16 code units; 0 for added ones
 * @param ends where each token ends
 * @param truncated whether tokens were left out
 */
@SuppressWarnings("ArrayRecordComponent")
public record TokenSequence(
    long[] ids, long[] types, boolean[] special, int[] starts, int[] ends, boolean truncated) {

  /** Tokens, added ones included. */
  public int length() {
    return ids.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenSequence that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(types, that.types);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return "TokenSequence" + Arrays.toString(ids);
  }
}
