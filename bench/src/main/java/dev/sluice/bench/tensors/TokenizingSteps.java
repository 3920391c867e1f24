package dev.sluice.bench.tensors;

import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A text of so many words into tokens. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TokenizingSteps {

  private static final String SENTENCE =
      "The quick brown fox jumps over the lazy dog while the sluice gate opens for boats. ";

  @Param({"1", "16"})
  public int sentences = 1;

  private final Tokenizer tokenizer = ModelFiles.tokenizerAt(Optional.empty()).loadTokenizer();

  @Benchmark
  public Object encode() {
    return tokenizer.encode(SENTENCE.repeat(sentences), 512, Truncation.NONE);
  }

  /** Tokens of a text. */
  public static int tokens(int sentences) {
    try (Tokenizer tokenizer = ModelFiles.tokenizerAt(Optional.empty()).loadTokenizer()) {
      return tokenizer.encode(SENTENCE.repeat(sentences), 512, Truncation.NONE).length();
    }
  }
}
