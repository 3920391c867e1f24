package dev.sluice.bench;

import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.TokenVectors;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * What the machine can do without a server: tokenise, run ONNX Runtime, pool, in a loop on so many
 * threads, with so many texts a batch.
 */
final class BareLoop implements AutoCloseable {

  private final OnnxModel model;
  private final TokenVectors vectors;
  private final int threads;
  private final int batch;

  BareLoop(ModelFiles files, int threads, int threadsPerRun, int batch) {
    this.model = OnnxModel.load(files, threadsPerRun);
    this.vectors = new TokenVectors(model);
    this.threads = threads;
    this.batch = batch;
  }

  /** Seconds for all texts. */
  double seconds(List<String> texts) {
    long start = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    List<CompletableFuture<Void>> running =
        IntStream.range(0, threads)
            .mapToObj(thread ->
                CompletableFuture.runAsync(
                    () -> work(texts, next), task -> Thread.ofPlatform().start(task)))
            .toList();
    running.forEach(CompletableFuture::join);
    return (System.nanoTime() - start) / 1e9;
  }

  private void work(List<String> texts, AtomicInteger next) {
    for (int from = next.getAndAdd(batch); from < texts.size(); from = next.getAndAdd(batch)) {
      embed(texts.subList(from, Math.min(from + batch, texts.size())));
    }
  }

  /** Embeds one batch on the caller's thread. */
  void embed(List<String> texts) {
    List<TokenSequence> sequences =
        texts.stream()
            .map(text -> model.tokenizer().encode(text, model.maxTokens(), Truncation.END))
            .toList();
    vectors.of(sequences).forEach(rows -> Vectors.unitRow(rows, 0, vectors.dimension()));
  }

  @Override
  public String toString() {
    return "bare, " + batch + " a batch";
  }

  @Override
  public void close() {
    model.close();
  }
}
