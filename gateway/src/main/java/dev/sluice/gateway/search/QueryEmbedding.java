package dev.sluice.gateway.search;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedRequest.Truncate;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.CollectionInfo;
import dev.sluice.gateway.upstream.EmbedUpstream;
import dev.sluice.gateway.upstream.Reply;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import io.grpc.Deadline;

/** The embed stage: the query's vector, by the model that the collection was made with. */
public final class QueryEmbedding {

  private final EmbedUpstream upstream;

  public QueryEmbedding(EmbedUpstream upstream) {
    this.upstream = upstream;
  }

  float[] embed(SearchPlan plan, CollectionInfo collection, Deadline deadline, StageLog log) {
    EmbedRequest request =
        EmbedRequest.newBuilder()
            .addTexts(plan.query())
            .setInputType(InputType.SEARCH_QUERY)
            .setTruncate(Truncate.END)
            .setPriority(plan.caller().priority())
            .build();
    EmbedResponse response =
        log.run(
            Stage.EMBED,
            report -> {
              Reply<EmbedResponse> reply = upstream.embed(request, deadline);
              report.mergeFrom(reply.response().getStageReport()).setAttemptCount(reply.attempts());
              check(reply.response());
              return reply.response();
            });
    collection.requireModel(response.getModel(), response.getModelFingerprint());
    Embedding embedding = response.getEmbeddings(0);
    if (embedding.getTruncated()) {
      log.degrade(
          Stage.EMBED,
          Reason.INPUT_TRUNCATED,
          Effect.EFFECT_UNSPECIFIED,
          "the embedding model read only the first "
              + embedding.getTokenCount()
              + " tokens of the query");
    }
    float[] vector = floats(embedding);
    collection.requireDimension(vector.length);
    return vector;
  }

  /** Half an answer is none. */
  private static void check(EmbedResponse response) {
    boolean whole =
        response.getEmbeddingsCount() == 1
            && response.getEmbeddings(0).getFloatVector().getValuesCount() > 0
            && response.getEmbeddings(0).getFloatVector().getValuesList().stream()
                .allMatch(Float::isFinite);
    if (!whole) {
      throw new Failure.Internal("the embed-service answered without a vector of the query");
    }
  }

  private static float[] floats(Embedding embedding) {
    var values = embedding.getFloatVector();
    float[] vector = new float[values.getValuesCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.getValues(i);
    }
    return vector;
  }
}
