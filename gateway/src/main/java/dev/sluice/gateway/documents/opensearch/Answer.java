package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;

/** What OpenSearch said: an HTTP status and JSON. */
record Answer(int status, JsonNode body) {

  private static final int REDIRECTS = 300;
  private static final int CONTENT_TOO_LARGE = 413;

  boolean succeeded() {
    return status < REDIRECTS;
  }

  /** Whether the request was longer than the cluster takes. */
  boolean isTooLong() {
    return status == CONTENT_TOO_LARGE;
  }

  /** The body of a success; else the failure that the answer is, about that collection. */
  JsonNode of(String collection) {
    if (!succeeded()) {
      throw ClusterFailures.of(status, body.path("error"), collection);
    }
    return body;
  }
}
