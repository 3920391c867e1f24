package dev.sluice.gateway.upstream;

import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;
import dev.sluice.gateway.documents.EmbedModel;
import dev.sluice.gateway.documents.Embedder;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Priority;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The embed-service as ingestion uses it: at bulk priority, and without cutting a text. Remembers
 * the model until a response names another.
 */
public final class BulkEmbedder implements Embedder {

  private final EmbedUpstream upstream;
  private final Deadlines deadlines;
  private volatile @Nullable EmbedModel known;

  public BulkEmbedder(EmbedUpstream upstream, Deadlines deadlines) {
    this.upstream = upstream;
    this.deadlines = deadlines;
  }

  @Override
  public EmbedModel model() {
    EmbedModel model = known;
    if (model == null) {
      EmbedModelInfo info = upstream.model(deadlines.current(Priority.BULK));
      model =
          new EmbedModel(
              info.getModel(),
              info.getModelFingerprint(),
              info.getDimension(),
              info.getMaxTokens());
      known = model;
    }
    return model;
  }

  @Override
  public int[] countTokens(List<String> texts) {
    return upstream.countTokens(texts, deadlines.current(Priority.BULK)).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    EmbedRequest request =
        EmbedRequest.newBuilder()
            .addAllTexts(texts)
            .setInputType(InputType.SEARCH_DOCUMENT)
            .setPriority(Priority.BULK)
            .build();
    EmbedResponse response = upstream.embed(request, deadlines.current(Priority.BULK)).response();
    EmbedModel model = known;
    if (model != null && !model.fingerprint().equals(response.getModelFingerprint())) {
      known = null;
      throw new Failure.Unavailable("MODEL_CHANGED", "the embedding model was just replaced");
    }
    return response.getEmbeddingsList().stream().map(BulkEmbedder::floats).toList();
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
