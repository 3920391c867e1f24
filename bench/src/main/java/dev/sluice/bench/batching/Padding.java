package dev.sluice.bench.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How a client of Triton pads the texts of a call. */
enum Padding {
  /** To the longest of the call, as tokenizers do by themselves. */
  OWN {
    @Override
    int columns(int longest) {
      return longest;
    }
  },
  /** To the next of some lengths, so that more calls have the same shape. */
  BUCKETS {
    @Override
    int columns(int longest) {
      return IntStream.of(BOUNDS).filter(bound -> bound >= longest).findFirst().orElse(longest);
    }
  };

  private static final int[] BOUNDS = {
    8, 16, 24, 32, 48, 64, 80, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512
  };

  /** Texts that travel together, padded to so many tokens. */
  record Piece(int columns, List<Integer> lengths) {
    long tokens() {
      return lengths.stream().mapToLong(Integer::longValue).sum();
    }
  }

  /** Tokens of a row whose longest text has so many. */
  abstract int columns(int longest);

  /** The calls that a request becomes where a call may have at most so many texts. */
  List<Piece> pieces(List<Integer> lengths, int most) {
    List<Piece> pieces = new ArrayList<>();
    for (int from = 0; from < lengths.size(); from += most) {
      List<Integer> part = lengths.subList(from, Math.min(from + most, lengths.size()));
      pieces.add(
          new Piece(columns(part.stream().mapToInt(Integer::intValue).max().orElseThrow()), part));
    }
    return pieces;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
