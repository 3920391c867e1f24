package dev.sluice.bench;

import dev.sluice.bench.overhead.EmbedOverhead;
import dev.sluice.bench.overhead.EmbedOverhead.Cost;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the embed-service costs a text in front of a model server that computes nothing. */
final class ServiceOverhead implements Benchmark {

  private static final int ROUNDS = 5;
  private static final int CALLS = 2000;

  @Override
  public String name() {
    return "embed-overhead";
  }

  @Override
  public String measures() {
    return "processor time of the embed-service for a short text, beyond tokenising";
  }

  @Override
  public String takes() {
    return "three minutes";
  }

  @Override
  public List<Row> run(List<String> options) throws Exception {
    List<String> texts = MixedTexts.load(EmbedOverhead.TEXTS * 8).shortest(EmbedOverhead.TEXTS);
    List<Cost> costs = EmbedOverhead.run(texts, ROUNDS, CALLS);
    return List.of(
        Row.of(
            name(),
            "texts a request",
            texts.size(),
            "characters a text",
            texts.stream().mapToInt(String::length).average().orElseThrow(),
            "service µs",
            median(costs, Cost::service),
            "tokenising µs",
            median(costs, Cost::tokenising),
            "overhead µs",
            median(costs, Cost::overhead),
            "target",
            "≤ 15"));
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
    double[] sorted = costs.stream().mapToDouble(figure).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
