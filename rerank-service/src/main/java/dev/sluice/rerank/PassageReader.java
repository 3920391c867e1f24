package dev.sluice.rerank;

import dev.sluice.rerank.PassageCache.Claim;
import dev.sluice.rerank.PassageCache.Flight;
import dev.sluice.serving.batching.BatchTiming;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gets the passages of a call: from the cache, from other calls that read the same ones just now,
 * or from the model. A call that fails fails alone: who waited for its passages reads them itself.
 */
final class PassageReader {

  /** How a text becomes a passage. */
  interface Preparation {

    /** A reading that gives the passage to the receiver. */
    Reading reading(String text, int maxTokens, Consumer<Passage> receiver);
  }

  /**
   * What was read.
   *
   * @param passages one for each text, in order
   * @param runs texts that this call ran the model on
   * @param preparationNanos time spent on looking up and tokenising
   */
  record Passages(List<Passage> passages, int runs, long preparationNanos, BatchTiming timing) {}

  private final PassageCache cache;
  private final Batcher<Reading, Integer> batcher;
  private final Preparation preparation;

  PassageReader(PassageCache cache, Batcher<Reading, Integer> batcher, Preparation preparation) {
    this.cache = cache;
    this.batcher = batcher;
    this.preparation = preparation;
  }

  /**
   * Reads all texts, and with them, in the same batches, what else the call has to read.
   *
   * @throws dev.sluice.serving.failure.Failure as {@link Batcher#run} does
   */
  Passages read(
      String tenant,
      List<String> texts,
      int maxTokens,
      List<Reading> others,
      WaitingCaller caller) {
    var call = new Call(tenant, maxTokens, caller);
    try {
      for (int i = 0; i < texts.size(); i++) {
        call.claim(i, texts.get(i));
      }
      call.run(others);
      call.follow(texts);
      call.run(List.of());
    } finally {
      call.led.forEach(Flight::abandon);
    }
    return call.passages(texts.size());
  }

  /** A text that a call is to read, which is not tokenised before there is room for it. */
  private record Pending(String text, Flight flight) {}

  /** One call on its way. */
  private final class Call {

    private final String tenant;
    private final int maxTokens;
    private final WaitingCaller caller;
    private final Map<Integer, Passage> found = new HashMap<>();
    private final Map<Integer, Flight> awaited = new HashMap<>();
    private final List<Flight> led = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private BatchTiming timing = BatchTiming.NONE;
    private long preparationNanos;

    Call(String tenant, int maxTokens, WaitingCaller caller) {
      this.tenant = tenant;
      this.maxTokens = maxTokens;
      this.caller = caller;
    }

    void claim(int index, String text) {
      long start = System.nanoTime();
      caller.check();
      switch (cache.claim(key(text), caller.deadline())) {
        case Claim.Found(Passage passage) -> found.put(index, passage);
        case Claim.Followed(Flight flight) -> awaited.put(index, flight);
        case Claim.Led(Flight flight) -> lead(index, text, flight);
      }
      preparationNanos += System.nanoTime() - start;
    }

    private PassageKey key(String text) {
      return PassageKey.of(tenant, text, maxTokens);
    }

    private void lead(int index, String text, Flight flight) {
      led.add(flight);
      awaited.put(index, flight);
      pending.add(new Pending(text, flight));
    }

    /** Runs what this call is to read. */
    void run(List<Reading> others) {
      List<Reading> readings = new ArrayList<>(others);
      if (!pending.isEmpty()) {
        long start = System.nanoTime();
        caller.check();
        batcher.foresee(leastTokens(others), caller.deadline());
        pending.forEach(each -> readings.add(prepared(each)));
        pending.clear();
        preparationNanos += System.nanoTime() - start;
      }
      timing = timing.plus(batcher.run(readings, caller.deadline()).timing());
    }

    private List<Integer> leastTokens(List<Reading> others) {
      return Stream.concat(
              others.stream().map(reading -> reading.text().length()),
              pending.stream().map(each -> Math.min(Tokenizer.least(each.text()), maxTokens)))
          .toList();
    }

    private Reading prepared(Pending each) {
      caller.check();
      return preparation.reading(each.text(), maxTokens, each.flight()::land);
    }

    /** Collects the flights, and leads those that others abandoned. */
    void follow(List<String> texts) {
      for (Map.Entry<Integer, Flight> entry : Map.copyOf(awaited).entrySet()) {
        Passage landed = caller.await(entry.getValue().outcome());
        if (landed == null) {
          String text = texts.get(entry.getKey());
          lead(entry.getKey(), text, cache.leadAlone(key(text), caller.deadline()));
        } else {
          found.put(entry.getKey(), landed);
        }
      }
    }

    Passages passages(int count) {
      List<Passage> passages = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Passage passage = found.get(i);
        passages.add(passage == null ? landed(i) : passage);
      }
      return new Passages(passages, led.size(), preparationNanos, timing);
    }

    private Passage landed(int index) {
      Flight flight = awaited.get(index);
      Passage passage = flight == null ? null : caller.await(flight.outcome());
      if (passage == null) {
        throw new IllegalStateException("the batcher ended without a passage");
      }
      return passage;
    }
  }
}
