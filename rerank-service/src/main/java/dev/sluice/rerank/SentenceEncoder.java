package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchLimits;
import dev.sluice.serving.batching.BatchModel;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Pooling;
import dev.sluice.serving.encoder.Prompts;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.TokenVectors;
import dev.sluice.serving.encoder.Truncation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A sentence encoder as late interaction uses it. Does not own the model. */
final class SentenceEncoder implements BatchModel<Reading, Integer> {

  private final OnnxModel model;
  private final TokenVectors vectors;
  private final Pooling pooling;
  private final Prompts prompts;
  private final BatchLimits limits;

  SentenceEncoder(OnnxModel model, Pooling pooling, Prompts prompts, BatchLimits limits) {
    this.model = model;
    this.vectors = new TokenVectors(model);
    this.pooling = pooling;
    this.prompts = prompts;
    this.limits = limits;
  }

  @Override
  public BatchLimits limits() {
    return limits;
  }

  @Override
  public int tokens(Reading reading) {
    return reading.text().length();
  }

  /** Gives each reading's vectors to its receiver; answers with the tokens read. */
  @Override
  public List<Integer> run(List<Reading> batch, int replica) {
    List<float[]> rows = vectors.of(batch.stream().map(Reading::text).toList());
    List<Integer> tokens = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      Reading reading = batch.get(i);
      reading.receiver().accept(rows.get(i));
      tokens.add(reading.text().length());
    }
    return tokens;
  }

  /** The most tokens that are read of a document, those that the model adds included. */
  int limit(int maxTokensPerDocument) {
    int most = model.maxTokens();
    return maxTokensPerDocument == 0 || maxTokensPerDocument >= most
        ? most
        : Math.min(most, maxTokensPerDocument + added());
  }

  private int added() {
    return model.tokenizer().encode("", model.maxTokens(), Truncation.NONE).length();
  }

  /** A document, of which at most {@code limit} tokens are read. */
  Reading passage(String text, int limit, Consumer<Passage> receiver) {
    TokenSequence tokens =
        model.tokenizer().encode(prompts.document() + text, limit, Truncation.END);
    return new Reading(tokens, rows -> receiver.accept(passage(tokens, rows)));
  }

  private Passage passage(TokenSequence tokens, float[] rows) {
    int dimension = vectors.dimension();
    return new Passage(
        TokenMatrix.of(rows, dimension, tokens), pooling.pool(rows, dimension), tokens.truncated());
  }

  /** A query: its pooled vector with the prompt, its token vectors without. */
  QueryReading query(String text) {
    TokenSequence prompted =
        model.tokenizer().encode(prompts.query() + text, model.maxTokens(), Truncation.END);
    TokenSequence plain = model.tokenizer().encode(text, model.maxTokens(), Truncation.END);
    int dimension = vectors.dimension();
    return new QueryReading(
        prompted,
        plain,
        rows -> pooling.pool(rows, dimension),
        rows -> QueryMatrix.of(rows, dimension, ContentTokens.of(text, plain)));
  }
}
