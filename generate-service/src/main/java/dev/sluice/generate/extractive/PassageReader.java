package dev.sluice.generate.extractive;

import dev.sluice.generate.model.Effort;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.serving.batching.Batched;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Vectors;
import dev.sluice.serving.metrics.CacheMetrics;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has the encoder read a question and its documents, all in one request to the batcher, save those
 * that the cache knows. Owns none of what it uses.
 */
final class PassageReader {

  private final SentenceEncoder encoder;
  private final Batcher<TokenSequence, float[]> batcher;
  private final PassageCache cache;
  private final CacheMetrics metrics;

  PassageReader(
      SentenceEncoder encoder,
      Batcher<TokenSequence, float[]> batcher,
      PassageCache cache,
      CacheMetrics metrics) {
    this.encoder = encoder;
    this.batcher = batcher;
    this.cache = cache;
    this.metrics = metrics;
  }

  /**
   * What was read.
   *
   * @param passages the documents, in order
   * @param tokens of the question and the documents
   * @param effort without outputs
   */
  record Reading(Question question, List<Passage> passages, int tokens, Effort effort) {}

  /** A document on its way: known from before, or to be read by the model. */
  private record Pending(PassageCache.Key key, @Nullable Passage known, PassageInput input) {}

  /**
   * @throws dev.sluice.serving.failure.Failure as the batcher says
   */
  Reading read(String question, List<GroundingDocument> documents, Deadline deadline) {
    long start = System.nanoTime();
    TokenSequence asked = encoder.tokenize(encoder.prompts().query() + question);
    List<Pending> pending = documents.stream().map(this::prepare).toList();
    List<TokenSequence> inputs = new ArrayList<>(List.of(asked));
    pending.forEach(document -> inputs.addAll(document.input().sequences()));
    int hits = (int) pending.stream().filter(document -> document.known() != null).count();
    metrics.lookedUp(hits, documents.size() - hits);
    long prepared = System.nanoTime();
    Batched<float[]> batched = batcher.run(inputs, deadline);
    List<Passage> passages = finish(pending, batched.outputs());
    int tokens = asked.length() + passages.stream().mapToInt(Passage::tokens).sum();
    return new Reading(
        Question.of(
            encoder.prompts().query(),
            question,
            asked,
            batched.outputs().getFirst(),
            encoder.dimension()),
        passages,
        tokens,
        new Effort(0, batched.timing(), prepared - start, documents.size(), 0, hits));
  }

  private Pending prepare(GroundingDocument document) {
    var key = PassageCache.Key.of(Caller.current().tenant(), document);
    Optional<Passage> known = cache.find(key);
    PassageInput input =
        known.isPresent()
            ? PassageInput.NOTHING
            : PassageInput.of(document.getTitle(), document.getText(), encoder);
    return new Pending(key, known.orElse(null), input);
  }

  private List<Passage> finish(List<Pending> pending, List<float[]> outputs) {
    List<Passage> passages = new ArrayList<>();
    int next = 1; // the first output is the question's
    for (Pending document : pending) {
      Passage passage = document.known();
      if (passage == null) {
        int windows = document.input().windows().size();
        passage =
            document.input().passage(outputs.subList(next, next + windows), encoder.dimension());
        cache.keep(document.key(), passage);
        next += windows;
      }
      passages.add(passage);
    }
    return passages;
  }

  /** How near two sentences are, each read alone; the first output is the cosine. */
  Batched<Float> similarity(String a, String b, Deadline deadline) {
    Batched<float[]> batched =
        batcher.run(List.of(encoder.tokenize(a), encoder.tokenize(b)), deadline);
    float cosine =
        Vectors.dot(
            encoder.pool(batched.outputs().getFirst()), encoder.pool(batched.outputs().getLast()));
    return new Batched<>(List.of(cosine), batched.timing());
  }
}
