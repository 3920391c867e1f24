package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.stub.AbstractStub;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How passages are found, for searches and for answers. */
final class RetrievalOptions {

  enum Mode {
    HYBRID(RetrievalMode.HYBRID),
    DENSE(RetrievalMode.DENSE),
    LEXICAL(RetrievalMode.LEXICAL);

    private final RetrievalMode wire;

    Mode(RetrievalMode wire) {
      this.wire = wire;
    }
  }

  enum Rerank {
    REQUIRED(StagePolicy.REQUIRED),
    OPTIONAL(StagePolicy.OPTIONAL),
    OFF(StagePolicy.OFF);

    private final StagePolicy wire;

    Rerank(StagePolicy wire) {
      this.wire = wire;
    }
  }

  @Option(
      names = {"-c", "--collection"},
      required = true,
      paramLabel = "NAME",
      converter = CollectionName.Converter.class,
      description = "The collection to search.")
  private CollectionName collection = CollectionName.NONE;

  @Option(
      names = {"-k", "--top-k"},
      paramLabel = "N",
      description = "How many passages to use (default: 10 for search, 8 for ask).")
  private @Nullable Integer topK;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "How passages are found: hybrid (by words and by meaning), dense (by meaning) or lexical (by"
              + " words). Default: hybrid.")
  private @Nullable Mode mode;

  @Option(
      names = "--rerank",
      paramLabel = "POLICY",
      description =
          "Whether the best are reranked: required (else the call fails), optional (else a warning says"
              + " so) or off. Default: optional.")
  private @Nullable Rerank rerank;

  @Option(
      names = "--filter",
      paramLabel = "EXPRESSION",
      description =
          "Search only documents whose metadata pass, in a part of CEL: lang == \"en\" && year >="
              + " 2024 && \"grpc\" in tags.")
  private String filter = "";

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = Deadline.Converter.class,
      description =
          "How long the call may take, as 500ms, 10s or 2m (default: the cluster's, 10s).")
  private @Nullable Deadline deadline;

  /** A collection with all defaults. */
  static RetrievalOptions of(String collection) {
    RetrievalOptions options = new RetrievalOptions();
    options.collection = new CollectionName(collection);
    return options;
  }

  String collection() {
    return collection.value();
  }

  @Nullable Integer topK() {
    return topK;
  }

  RetrievalMode mode() {
    return mode == null ? RetrievalMode.RETRIEVAL_MODE_UNSPECIFIED : mode.wire;
  }

  String filter() {
    return filter;
  }

  Map<String, StagePolicy> stagePolicies() {
    return rerank == null ? Map.of() : Map.of("rerank", rerank.wire);
  }

  /** The stub with the deadline, if one was given. */
  <S extends AbstractStub<S>> S timed(S stub) {
    return deadline == null ? stub : stub.withDeadlineAfter(deadline.duration());
  }
}
