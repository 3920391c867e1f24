package dev.sluice.generate.triton;

import com.google.protobuf.ByteString;

/** Puts a text together from what the answers of one stream carry, in order. For one thread. */
interface TextPieces {

  /** What the next answer adds to the text, in whole characters; the rest is held back. */
  String add(ByteString carried);

  /** What was held back, after the last answer. */
  String end();

  static TextPieces of(TextMode mode) {
    return switch (mode) {
      case DELTA -> new DeltaPieces();
      case CUMULATIVE -> new CumulativePieces();
    };
  }
}
