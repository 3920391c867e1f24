package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Embeds texts as bags of words, fails when told to, and can be held up. */
final class BagEmbedder implements Embedder {

  final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  final List<String> embedded = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger waiting = new AtomicInteger();
  final AtomicInteger mostTexts = new AtomicInteger();
  volatile EmbedModel model = Samples.MODEL;
  volatile Semaphore gate = new Semaphore(1_000_000);

  @Override
  public EmbedModel model() {
    return model;
  }

  @Override
  public int[] countTokens(List<String> texts) {
    return new WordCounter().count(texts);
  }

  @Override
  public Embedded embedDocuments(List<String> texts) {
    waiting.incrementAndGet();
    gate.acquireUninterruptibly();
    gate.release();
    waiting.decrementAndGet();
    Failure failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    for (String text : texts) {
      if (text.contains("poison")) {
        throw new Failure.Unavailable("GONE", "the embed-service is away");
      }
    }
    embedded.addAll(texts);
    mostTexts.accumulateAndGet(texts.size(), Math::max);
    EmbedModel now = model;
    return new Embedded(
        now.model(), now.fingerprint(), texts.stream().map(Samples::vector).toList());
  }
}
