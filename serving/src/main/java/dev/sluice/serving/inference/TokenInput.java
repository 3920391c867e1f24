package dev.sluice.serving.inference;

import dev.sluice.serving.encoder.TokenSequence;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The inputs of models that read tokens, {@code [texts, tokens]}, by their usual names. */
public enum TokenInput {
  INPUT_IDS {
    @Override
    IntegerTensor tensor(IntegerType type, List<TokenSequence> batch, int columns) {
      List<long[]> ids = batch.stream().map(TokenSequence::ids).toList();
      return IntegerTensor.padded(wireName(), type, columns, ids);
    }
  },
  /** 1 for a token, 0 for padding. */
  ATTENTION_MASK {
    @Override
    IntegerTensor tensor(IntegerType type, List<TokenSequence> batch, int columns) {
      int[] lengths = batch.stream().mapToInt(TokenSequence::length).toArray();
      return IntegerTensor.mask(wireName(), type, columns, lengths);
    }
  },
  /** 0 for the first text of a pair, 1 for the second. */
  TOKEN_TYPE_IDS {
    @Override
    IntegerTensor tensor(IntegerType type, List<TokenSequence> batch, int columns) {
      List<long[]> types = batch.stream().map(TokenSequence::types).toList();
      return IntegerTensor.padded(wireName(), type, columns, types);
    }
  };

  private final String wireName = name().toLowerCase(Locale.ROOT);

  public String wireName() {
    return wireName;
  }

  /** A batch as this input, padded with zeros. */
  abstract IntegerTensor tensor(IntegerType type, List<TokenSequence> batch, int columns);

  static Optional<TokenInput> named(String name) {
    return Stream.of(values()).filter(input -> input.wireName.equals(name)).findFirst();
  }

  static List<String> wireNames() {
    return Stream.of(values()).map(TokenInput::wireName).toList();
  }
}
