package dev.sluice.serving.batching.simulation;

/**
 * The texts that a workload is made of.
 *
 * @param query what people type
 * @param chunk what is ingested
 * @param passage what is reranked
 * @param document what is reranked where documents are long
 * @param any what an embedding call without a purpose carries
 */
public record Texts(
    String name, Lengths query, Lengths chunk, Lengths passage, Lengths document, Lengths any) {

  /** The distributions of the design notes. */
  public static final Texts SYNTHETIC =
      new Texts(
          "synthetic",
          Lengths.logNormal(12, 0.4),
          Lengths.logNormal(110, 0.7),
          Lengths.logNormal(70, 0.5),
          Lengths.logNormal(400, 0.3),
          Lengths.logNormal(60, 0.9));

  /** Real texts to tune with. */
  public static final Texts TUNING = real("tuning", "cranfield", "squad2");

  /** Real texts that nothing was tuned with: for the floors. */
  public static final Texts HELD_OUT = real("held out", "medline", "clapnq");

  private static Texts real(String name, String one, String other) {
    Lengths query =
        Lengths.either(Lengths.trace(one + ".queries"), Lengths.trace(other + ".queries"));
    Lengths passage =
        Lengths.either(Lengths.trace(one + ".passages"), Lengths.trace(other + ".passages"));
    return new Texts(
        name, query, passage, passage, passage.joined(2), Lengths.either(query, passage));
  }
}
