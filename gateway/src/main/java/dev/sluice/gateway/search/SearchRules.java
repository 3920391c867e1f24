package dev.sluice.gateway.search;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.WritePosition;
import dev.sluice.gateway.filter.WrittenFilter;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.ScoreThreshold;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StagePolicy;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the parts of a request for passages go together. */
public final class SearchRules {

  private SearchRules() {}

  /**
   * The mode with its default.
   *
   * @throws Failure.InvalidInput when there is one for a source that has no modes
   */
  public static RetrievalMode mode(Source source, RetrievalMode asked) {
    boolean unspecified = asked == RetrievalMode.RETRIEVAL_MODE_UNSPECIFIED;
    return switch (source) {
      case Source.Stored _ -> unspecified ? RetrievalMode.HYBRID : asked;
      case Source.External _, Source.Sent _ -> {
        if (!unspecified) {
          throw new Failure.InvalidInput("mode", "is for collections alone");
        }
        yield RetrievalMode.LEXICAL;
      }
    };
  }

  /**
   * The filter of a request, if it has one.
   *
   * @throws Failure.InvalidInput for one that is none, and for a data source, which has none
   */
  public static @Nullable WrittenFilter filter(String text, Source source) {
    if (text.isEmpty()) {
      return null;
    }
    if (source instanceof Source.External) {
      throw new Failure.InvalidInput("filter", "is not for data sources");
    }
    return WrittenFilter.of(text);
  }

  /**
   * The write that a request must see, if it names one.
   *
   * @throws Failure.InvalidInput for what is no token, and for one where no collection is searched
   */
  public static @Nullable WritePosition after(String token, Source source) {
    if (!token.isEmpty() && !(source instanceof Source.Stored)) {
      throw new Failure.InvalidInput("consistency_token", "is for collections alone");
    }
    return WritePosition.read(token);
  }

  /** Reads the policies of the stages that every search has. */
  public static void readPolicies(StagePolicies.Reader reader, Source source, RetrievalMode mode) {
    readEmbedding(reader, source, mode);
    if (mode == RetrievalMode.HYBRID) {
      reader.stage(
          Stage.RETRIEVE,
          StagePolicy.OPTIONAL,
          EnumSet.of(StagePolicy.OFF),
          "there is no search without retrieval");
    } else {
      reader.always(Stage.RETRIEVE, "it is all that there is to find passages with");
    }
    reader.stage(Stage.RERANK, StagePolicy.OPTIONAL, Set.of(), "");
  }

  private static void readEmbedding(
      StagePolicies.Reader reader, Source source, RetrievalMode mode) {
    if (!(source instanceof Source.Stored)) {
      reader.never(Stage.EMBED, "only a search in a collection embeds its query");
      return;
    }
    switch (mode) {
      case DENSE -> reader.always(Stage.EMBED, "a dense search has nothing but the query's vector");
      case LEXICAL -> reader.never(Stage.EMBED, "a lexical search has no vector");
      default -> reader.stage(Stage.EMBED, StagePolicy.OPTIONAL, Set.of(), "");
    }
  }

  /**
   * The threshold of a request.
   *
   * @throws Failure.InvalidInput for a kind of score that the request cannot give
   */
  public static Threshold threshold(
      ScoreThreshold asked, Source source, RetrievalMode mode, StagePolicies policies) {
    if (!isPossible(asked.getKind(), source, mode, policies)) {
      throw new Failure.InvalidInput(
          "score_threshold.kind", "the request asks for no score of the kind " + asked.getKind());
    }
    return new Threshold(asked.getKind(), asked.getValue());
  }

  private static boolean isPossible(
      Score.Kind kind, Source source, RetrievalMode mode, StagePolicies policies) {
    boolean dense = mode != RetrievalMode.LEXICAL && !policies.isOff(Stage.EMBED);
    boolean lexical = mode != RetrievalMode.DENSE && !(source instanceof Source.External);
    return switch (kind) {
      case VECTOR_COSINE -> dense;
      case BM25 -> lexical;
      case FUSED -> dense && lexical;
      case RERANK -> !policies.isOff(Stage.RERANK);
      case DATA_SOURCE -> source instanceof Source.External;
      case KIND_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }
}
