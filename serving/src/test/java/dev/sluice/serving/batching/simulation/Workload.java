package dev.sluice.serving.batching.simulation;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sluice.serving.batching.simulation.Kind.Content;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Requests of several kinds and tenants at a mean rate. Its load is measured in what one
 * accelerator could do without padding: see {@link Accelerator#idealRate}. The same seed gives the
 * same requests at every load.
 *
 * @param tenants each request is from one of them, with the same chance; one that stands there
 *     several times sends more
 * @param demand tokens of the mean request at load 1.0, also of kinds that were left out
 */
public record Workload(
    String name, List<Kind> kinds, List<String> tenants, Demand demand, Pace pace) {

  /**
   * Tokens of a request.
   *
   * @param square tokens times the length of the item that they belong to
   */
  public record Demand(double tokens, double square) {}

  private static final List<String> EQUALS = List.of("a", "b", "c", "d");
  private static final List<String> FLOODED =
      Stream.concat(Stream.generate(() -> "flooder").limit(16), EQUALS.stream()).toList();

  /** Single queries, 60 ms; 15 % of requests ingest 8 to 32 chunks, 2 s. */
  public static Workload embedMix(Texts texts) {
    return of(
        "embedMix",
        kind("query", 0.85, 60, false, Content.one(texts.query())),
        kind("ingest", 0.15, 2_000, true, Content.several(8, 32, texts.chunk())));
  }

  /** 10 to 32 pairs of a query and a passage, 150 ms. */
  public static Workload rerank(Texts texts) {
    return of("rerank", kind("passages", 1, 150, false, pairs(texts, texts.passage())));
  }

  /** As {@link #rerank}, with 20 % of requests over long documents, 400 ms. */
  public static Workload rerankMix(Texts texts) {
    return of(
        "rerankMix",
        kind("passages", 0.8, 150, false, pairs(texts, texts.passage())),
        kind("documents", 0.2, 400, false, pairs(texts, texts.document())));
  }

  /** One text of any length, 80 ms. */
  public static Workload single(Texts texts) {
    return of("single", kind("text", 1, 80, false, Content.one(texts.any())));
  }

  /** All four with Poisson arrivals, then all four with bursts. */
  public static List<Workload> all(Texts texts) {
    List<Workload> steady =
        List.of(embedMix(texts), rerank(texts), rerankMix(texts), single(texts));
    return Stream.concat(steady.stream(), steady.stream().map(Workload::bursty)).toList();
  }

  private static Content pairs(Texts texts, Lengths passage) {
    return Content.pairs(texts.query(), passage);
  }

  private static Kind kind(String name, double share, long millis, boolean bulk, Content content) {
    return new Kind(name, share, MILLISECONDS.toNanos(millis), bulk, content);
  }

  private static Workload of(String name, Kind... kinds) {
    List<Kind> all = List.of(kinds);
    return new Workload(name, all, EQUALS, measured(all), Pace.POISSON);
  }

  /** The mean over many requests. */
  private static Demand measured(List<Kind> kinds) {
    int sample = 20_000;
    double tokens = 0;
    double square = 0;
    SplittableRandom random = new SplittableRandom(1);
    for (Kind kind : kinds) {
      for (int i = 0; i < sample; i++) {
        for (int length : kind.content().next(random)) {
          tokens += kind.share() * length;
          square += kind.share() * length * length;
        }
      }
    }
    return new Demand(tokens / sample, square / sample);
  }

  public Workload bursty() {
    return new Workload(name, kinds, tenants, demand, Pace.BURSTY);
  }

  /** The requests of one kind alone, at the rate that they have in the mix. */
  public Workload only(String kind) {
    List<Kind> left = kinds.stream().filter(each -> each.name().equals(kind)).toList();
    return new Workload(name + "/" + kind, left, tenants, demand, pace);
  }

  /** The same requests, 80 % of them from the tenant "flooder", 5 % from each of the others. */
  public Workload flooded() {
    return new Workload(name + "/flooded", kinds, FLOODED, demand, pace);
  }

  /** The tenants that send no more than their part. */
  public static List<String> victims() {
    return EQUALS;
  }

  /** Of all requests of the mix, the part that these kinds are. */
  double share() {
    return kinds.stream().mapToDouble(Kind::share).sum();
  }

  /** As "embedMix bursty". */
  public String title() {
    return name + " " + pace.name();
  }

  /** The first so many requests at a load of an accelerator, made one by one. */
  public Iterator<Arrival> arrivals(double load, Accelerator accelerator, int count, long seed) {
    double rate = load * share() * accelerator.idealRate(demand.tokens(), demand.square());
    SplittableRandom random = new SplittableRandom(seed);
    Pace.Clock clock = pace.new Clock(rate, random.split(), random.split());
    return Stream.iterate(0, number -> number + 1)
        .limit(count)
        .map(number -> arrival(number, clock.next(), random))
        .iterator();
  }

  private Arrival arrival(int number, long at, SplittableRandom random) {
    Kind kind = drawKind(random.nextDouble() * share());
    String tenant = tenants.get(random.nextInt(tenants.size()));
    return new Arrival(
        number, at, at + kind.slo(), kind.name(), tenant, kind.bulk(), kind.content().next(random));
  }

  private Kind drawKind(double point) {
    double sum = 0;
    for (Kind kind : kinds) {
      sum += kind.share();
      if (point < sum) {
        return kind;
      }
    }
    return kinds.getLast();
  }
}
