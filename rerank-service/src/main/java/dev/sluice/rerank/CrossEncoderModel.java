package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.Batched;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.EncoderBatching;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.TokenSequence;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;

/**
 * Reranks with a model that reads the query and a document together. First-stage scores play no
 * part, and nothing can be cached. Owns its batcher and the model.
 */
final class CrossEncoderModel implements RerankModel {

  private final String name;
  private final String fingerprint;
  private final OnnxModel network;
  private final PairTokens pairs;
  private final Batcher<TokenSequence, Double> batcher;

  private CrossEncoderModel(
      String name,
      String fingerprint,
      OnnxModel network,
      PairTokens pairs,
      Batcher<TokenSequence, Double> batcher) {
    this.name = name;
    this.fingerprint = fingerprint;
    this.network = network;
    this.pairs = pairs;
    this.batcher = batcher;
  }

  /** Starts the batcher's threads. Owns the model from now on. */
  static CrossEncoderModel start(
      String name,
      ModelFiles files,
      OnnxModel model,
      int slots,
      int maxQueuedTokens,
      BatchMetrics metrics) {
    var classifier =
        new PairClassifier(model, EncoderBatching.limits(model, slots, maxQueuedTokens));
    return new CrossEncoderModel(
        name,
        files.fingerprint("cross-encoder"),
        model,
        new PairTokens(model.tokenizer(), model.maxTokens()),
        new Batcher<>("rerank", classifier, metrics));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Scoring score(Candidates candidates, Deadline deadline) {
    long start = System.nanoTime();
    WaitingCaller caller = WaitingCaller.until(deadline);
    PairTokens.Query query = pairs.query(candidates.query());
    List<TokenSequence> inputs = new ArrayList<>(candidates.documents().size());
    for (Candidate document : candidates.documents()) {
      caller.check();
      inputs.add(pairs.pair(query, document.text(), candidates.maxTokensPerDocument()));
    }
    long tokenized = System.nanoTime();
    Batched<Double> batched = batcher.run(inputs, deadline);
    List<Score> scores = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      scores.add(new Score(batched.outputs().get(i), inputs.get(i).truncated()));
    }
    return new Scoring(scores, query.truncated(), 0, tokenized - start, batched.timing());
  }

  @Override
  public void close() {
    try (network) {
      batcher.close();
    }
  }
}
