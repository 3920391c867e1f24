package dev.sluice.gateway.upstream;

import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.Embedded;
import dev.sluice.gateway.documents.Embedder;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.type.v1.Priority;
import java.util.List;

/** The embed-service as ingestion uses it: at bulk priority, and without cutting a text. */
public final class BulkEmbedder implements Embedder {

  private final EmbedUpstream upstream;
  private final Deadlines deadlines;

  public BulkEmbedder(EmbedUpstream upstream, Deadlines deadlines) {
    this.upstream = upstream;
    this.deadlines = deadlines;
  }

  @Override
  public EmbedModel model() {
    EmbedModelInfo info = upstream.model(deadlines.current(Priority.BULK));
    return new EmbedModel(
        info.getModel(), info.getModelFingerprint(), info.getDimension(), info.getMaxTokens());
  }

  @Override
  public int[] countTokens(List<String> texts) {
    return upstream.countTokens(texts, deadlines.current(Priority.BULK)).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Override
  public Embedded embedDocuments(List<String> texts) {
    EmbedRequest request =
        EmbedRequest.newBuilder()
            .addAllTexts(texts)
            .setInputType(InputType.SEARCH_DOCUMENT)
            .setPriority(Priority.BULK)
            .build();
    EmbedResponse response = upstream.embed(request, deadlines.current(Priority.BULK)).response();
    return new Embedded(
        response.getModel(),
        response.getModelFingerprint(),
        response.getEmbeddingsList().stream().map(BulkEmbedder::floats).toList());
  }

  private static float[] floats(Embedding embedding) {
    FloatVector values = embedding.getFloatVector();
    float[] vector = new float[values.getValuesCount()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.getValues(i);
    }
    return vector;
  }
}
