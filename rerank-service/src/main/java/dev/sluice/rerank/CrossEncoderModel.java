package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.Batched;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.TokenSequence;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;

/**
 * Reranks with a model that reads the query and a document together. First-stage scores play no
 * part, and nothing can be cached. Owns its batcher and the model.
 */
final class CrossEncoderModel implements RerankModel {

  private final PairModel model;
  private final PairTokens pairs;
  private final Batcher<TokenSequence, Double> batcher;

  /** Starts the batcher's threads. */
  CrossEncoderModel(PairModel model, BatchMetrics metrics) {
    this.model = model;
    this.pairs = new PairTokens(model.tokenizer(), model.maxTokens());
    this.batcher = new Batcher<>("rerank", model, metrics);
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  @Override
  public boolean isReady() {
    return model.isReady();
  }

  @Override
  public Scoring score(Candidates candidates, Deadline deadline) {
    long start = System.nanoTime();
    WaitingCaller caller = WaitingCaller.until(deadline);
    PairTokens.Query query = pairs.query(candidates.query());
    List<Candidate> documents = candidates.documents();
    int most = candidates.maxTokensPerDocument();
    caller.check();
    batcher.foresee(
        documents.stream().map(each -> pairs.least(query, each.text(), most)).toList(), deadline);
    List<TokenSequence> inputs = new ArrayList<>(documents.size());
    for (Candidate document : documents) {
      caller.check();
      inputs.add(pairs.pair(query, document.text(), most));
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
  public double utilisation() {
    return batcher.utilisation();
  }

  @Override
  public void close() {
    try (model) {
      batcher.close();
    }
  }
}
