package dev.sluice.rerank;

import dev.sluice.serving.encoder.TokenSequence;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A query on its way through the encoder, as two texts: with the model's prompt and without. */
final class QueryReading {

  private final CompletableFuture<float[]> pooled = new CompletableFuture<>();
  private final CompletableFuture<QueryMatrix> tokens = new CompletableFuture<>();
  private final List<Reading> readings;
  private final boolean truncated;

  QueryReading(
      TokenSequence prompted,
      TokenSequence plain,
      Function<float[], float[]> pooling,
      Function<float[], QueryMatrix> matrix) {
    this.readings =
        List.of(
            new Reading(prompted, rows -> pooled.complete(pooling.apply(rows))),
            new Reading(plain, rows -> tokens.complete(matrix.apply(rows))));
    this.truncated = prompted.truncated();
  }

  List<Reading> readings() {
    return readings;
  }

  /** Whether the model cannot read all of it. */
  boolean truncated() {
    return truncated;
  }

  /** The vector of the whole, once the readings ran. */
  float[] pooled() {
    return pooled.join();
  }

  /** The vectors of the tokens that matter, once the readings ran. */
  QueryMatrix tokens() {
    return tokens.join();
  }
}
