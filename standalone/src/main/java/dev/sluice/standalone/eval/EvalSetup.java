package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.v1.Collection;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Gateway;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the scores depend on beside the data: models and settings, by their keys in reports. A run
 * with another setup can be compared; that is often what it is for.
 */
public record EvalSetup(Map<String, String> entries) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Asks the cluster; {@code version} is that of the command. */
  public static EvalSetup read(Gateway gateway, String collection, String version) {
    Map<String, String> entries = new LinkedHashMap<>();
    Collection stored = new CollectionCatalog(gateway).get(collection);
    entries.put("embed_model", stored.getModel());
    entries.put("embed_fingerprint", stored.getModelFingerprint());
    entries.put("dimension", Integer.toString(stored.getDimension()));
    entries.put("chunker_version", stored.getChunkerVersion());
    putReranker(gateway, entries);
    entries.put("passages", Integer.toString(RetrievalEvaluation.PASSAGES));
    entries.put("version", version);
    return new EvalSetup(entries);
  }

  /** A cluster may refuse the call and rerank all the same; its reranker then stays unnamed. */
  private static void putReranker(Gateway gateway, Map<String, String> entries) {
    RerankRequest request =
        RerankRequest.newBuilder()
            .setQuery("model")
            .addDocuments(RerankDocument.newBuilder().setText("model"))
            .build();
    try {
      RerankResponse response = gateway.rerank().withDeadlineAfter(PATIENCE).rerank(request);
      entries.put("rerank_model", response.getModel());
      entries.put("rerank_fingerprint", response.getModelFingerprint());
    } catch (StatusRuntimeException e) {
      entries.put("rerank_model", "");
      entries.put("rerank_fingerprint", "");
    }
  }

  void writeTo(ObjectNode json) {
    entries.forEach(json::put);
  }
}
