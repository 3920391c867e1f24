package dev.sluice.generate.triton;

import com.google.protobuf.ByteString;

/**
 * Answers that carry what is new. Bytes of a character that is not complete wait for the next one.
 * U+FFFD that the server wrote itself is passed on: the next answer would not replace it.
 */
final class DeltaPieces implements TextPieces {

  private ByteString held = ByteString.EMPTY;

  @Override
  public String add(ByteString carried) {
    ByteString all = held.concat(carried);
    int whole = Utf8.wholeCharacters(all);
    held = all.substring(whole);
    return all.substring(0, whole).toStringUtf8();
  }

  @Override
  public String end() {
    return held.toStringUtf8();
  }
}
