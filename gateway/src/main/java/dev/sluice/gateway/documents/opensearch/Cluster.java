package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import io.grpc.Context;
import io.grpc.Context.CancellationListener;
import io.grpc.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.opensearch.client.opensearch.generic.Body;
import org.opensearch.client.opensearch.generic.OpenSearchGenericClient;
import org.opensearch.client.opensearch.generic.Request;
import org.opensearch.client.opensearch.generic.Requests;
import org.opensearch.client.opensearch.generic.Response;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to the nodes of a cluster in turn. Every request has a deadline, and ends with its
 * caller. Owns its connections.
 */
final class Cluster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final int SPEAKS_PLAIN_BM25 = 3;

  private final OpenSearchTransport transport;
  private final OpenSearchGenericClient client;
  private final Duration timeout;
  private volatile int majorVersion;

  /**
   * @param timeout of requests that come without a deadline
   */
  Cluster(OpenSearchTransport transport, Duration timeout) {
    this.transport = transport;
    this.timeout = timeout;
    this.client = new OpenSearchGenericClient(transport);
  }

  static Request get(String path, Map<String, String> query) {
    return Requests.builder().method("GET").endpoint(path).query(query).build();
  }

  static Request json(String method, String path, Map<String, String> query, Object body) {
    return bytes(method, path, query, Json.write(body), "application/json");
  }

  static Request bytes(
      String method, String path, Map<String, String> query, byte[] body, String type) {
    return Requests.builder()
        .method(method)
        .endpoint(path)
        .query(query)
        .body(Body.from(body, type))
        .build();
  }

  /** The deadline of what comes without one, from now. */
  Deadline inTime() {
    return Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  Answer send(Request request) {
    return send(request, inTime());
  }

  Answer send(Request request, Deadline deadline) {
    return await(start(request), deadline);
  }

  CompletableFuture<Response> start(Request request) {
    return client.executeAsync(request);
  }

  /** Waits until the deadline and while the caller is there; else the request ends. */
  Answer await(CompletableFuture<Response> reply, Deadline deadline) {
    Context caller = Context.current();
    CancellationListener gone = context -> reply.cancel(true);
    caller.addListener(gone, Runnable::run);
    try {
      return read(reply.get(deadline.timeRemaining(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw ClusterFailures.late();
    } catch (CancellationException e) {
      throw deadline.isExpired() ? ClusterFailures.late() : new Cancelled();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    } catch (ExecutionException | IOException e) {
      throw failure(e);
    } finally {
      caller.removeListener(gone);
      reply.cancel(true);
    }
  }

  private static Answer read(Response response) throws IOException {
    try (response) {
      byte[] bytes = response.getBody().map(Body::bodyAsBytes).orElse(new byte[0]);
      return new Answer(response.getStatus(), Json.read(bytes));
    }
  }

  /** Some statuses, as 429, come as an exception: the client tried other nodes. */
  private static Failure failure(Exception cause) {
    LOG.debug("a request to OpenSearch failed", cause);
    return cause.getCause() instanceof ResponseException answered
        ? ClusterFailures.of(answered.status(), MissingNode.getInstance(), "")
        : ClusterFailures.unavailable(cause);
  }

  /**
   * By how much the cluster's BM25 is larger than what everybody else means by that: until version
   * 3 it is multiplied by {@code k1 + 1}.
   */
  double scaleOfBm25(float k1, Deadline deadline) {
    if (majorVersion == 0) {
      String version =
          send(get("/", Map.of()), deadline).of("").path("version").path("number").asText();
      majorVersion = Integer.parseInt(version.replaceFirst("\\..*", ""));
    }
    return majorVersion < SPEAKS_PLAIN_BM25 ? 1.0 + k1 : 1;
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (IOException e) {
      LOG.warn("the connections to OpenSearch could not be closed", e);
    }
  }
}
