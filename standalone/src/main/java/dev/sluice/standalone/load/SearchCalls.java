package dev.sluice.standalone.load;

import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.standalone.client.Gateway;
import io.grpc.Deadline;

/** Searches in a collection, with all defaults. */
public record SearchCalls(String collection) implements LoadCall {

  @Override
  public LoadResponse call(Gateway gateway, String text, Deadline deadline) {
    SearchRequest request =
        SearchRequest.newBuilder().setCollection(collection).setQuery(text).build();
    SearchResponse response = gateway.search().withDeadline(deadline).search(request);
    return new LoadResponse(response.getStageReportsList(), response.getDegradationsList());
  }
}
