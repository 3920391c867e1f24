package dev.sluice.rerank;

import dev.sluice.rerank.PassageReader.Passages;
import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.EncoderBatching;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Pooling;
import dev.sluice.serving.encoder.Prompts;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.metrics.CacheMetrics;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;

/**
 * Reranks with the token vectors of a sentence encoder: a document that was read before costs some
 * inner products and no model run. Owns its batcher and the model.
 */
final class LateInteractionModel implements RerankModel {

  private final String name;
  private final String fingerprint;
  private final OnnxModel network;
  private final SentenceEncoder encoder;
  private final Batcher<Reading, Integer> batcher;
  private final PassageReader reader;
  private final PassageCache cache;
  private final CacheMetrics cacheMetrics;

  private LateInteractionModel(
      String name,
      String fingerprint,
      OnnxModel network,
      SentenceEncoder encoder,
      Batcher<Reading, Integer> batcher,
      PassageCache cache,
      CacheMetrics cacheMetrics) {
    this.name = name;
    this.fingerprint = fingerprint;
    this.network = network;
    this.encoder = encoder;
    this.batcher = batcher;
    this.reader = new PassageReader(cache, batcher, encoder::passage);
    this.cache = cache;
    this.cacheMetrics = cacheMetrics;
    cacheMetrics.show(cache);
  }

  /** Starts the batcher's threads. Owns the model from now on. */
  static LateInteractionModel start(
      String name,
      ModelFiles files,
      OnnxModel model,
      int slots,
      int maxQueuedTokens,
      PassageCache cache,
      CacheMetrics cacheMetrics,
      BatchMetrics metrics) {
    Pooling pooling = Pooling.of(files);
    Prompts prompts = Prompts.of(files);
    var encoder =
        new SentenceEncoder(
            model, pooling, prompts, EncoderBatching.limits(model, slots, maxQueuedTokens));
    return new LateInteractionModel(
        name,
        files.fingerprint("late-interaction;pooling=" + pooling + ";prompts=" + prompts),
        model,
        encoder,
        new Batcher<>("rerank", encoder, metrics),
        cache,
        cacheMetrics);
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
    QueryReading query = encoder.query(candidates.query());
    long tokenized = System.nanoTime();
    List<String> texts = candidates.documents().stream().map(Candidate::text).toList();
    Passages read =
        reader.read(
            candidates.tenant(),
            texts,
            encoder.limit(candidates.maxTokensPerDocument()),
            query.readings(),
            caller);
    cacheMetrics.lookedUp(texts.size() - read.runs(), read.runs());
    return new Scoring(
        scores(query, read.passages(), LexicalPart.of(candidates, caller), caller),
        query.truncated(),
        texts.size() - read.runs(),
        tokenized - start + read.preparationNanos(),
        read.timing());
  }

  private static List<Score> scores(
      QueryReading query, List<Passage> passages, double[] lexical, WaitingCaller caller) {
    List<Score> scores = new ArrayList<>(passages.size());
    for (int i = 0; i < passages.size(); i++) {
      caller.check();
      Passage passage = passages.get(i);
      double relevance =
          LateInteractionScore.relevance(
              Vectors.dot(query.pooled(), passage.pooled()),
              passage.tokens().maxSim(query.tokens()),
              lexical[i]);
      scores.add(new Score(relevance, passage.truncated()));
    }
    return scores;
  }

  @Override
  public double utilisation() {
    return batcher.utilisation();
  }

  @Override
  public void close() {
    try (network) {
      cacheMetrics.hide(cache);
      batcher.close();
    }
  }
}
