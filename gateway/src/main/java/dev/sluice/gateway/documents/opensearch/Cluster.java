package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import io.grpc.Context;
import io.grpc.Context.CancellationListener;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
  private static final Pattern VERSION = Pattern.compile("\\d{1,4}\\..{1,40}");

  private final OpenSearchTransport transport;
  private final OpenSearchGenericClient client;
  private final Duration timeout;
  private final Reachability reachability = new Reachability();
  private volatile @Nullable String version;

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

  /** The deadline of what comes without one, from now: no later than that of the caller. */
  Deadline inTime() {
    Deadline own = Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
    Deadline callers = Context.current().getDeadline();
    return callers == null ? own : own.minimum(callers);
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

  private Answer read(Response response) throws IOException {
    try (response) {
      reachability.answered();
      byte[] bytes = response.getBody().map(Body::bodyAsBytes).orElse(new byte[0]);
      return new Answer(response.getStatus(), Json.read(bytes));
    }
  }

  private Failure failure(Exception cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof ResponseException answered) {
        return ClusterFailures.of(answered.status(), error(answered), "");
      }
    }
    reachability.failed(cause);
    return ClusterFailures.unavailable(cause);
  }

  /** Some statuses, as 403 and 429, come as an exception; the body stands in its message alone. */
  private static JsonNode error(ResponseException answered) {
    String message = String.valueOf(answered.getMessage());
    byte[] body = message.substring(message.indexOf('\n') + 1).getBytes(StandardCharsets.UTF_8);
    return Json.read(body).path("error");
  }

  /**
   * By how much the cluster's BM25 is larger than what everybody else means by that: until version
   * 3 it is multiplied by {@code k1 + 1}.
   */
  double scaleOfBm25(float k1, Deadline deadline) {
    String known = version;
    String said = known == null ? version(deadline) : known;
    return Integer.parseInt(said.replaceFirst("\\..*", "")) < SPEAKS_PLAIN_BM25 ? 1.0 + k1 : 1;
  }

  /** What the cluster says that it is, as {@code 2.19.1}. */
  String version(Deadline deadline) {
    JsonNode about = send(get("/", Map.of()), deadline).of("");
    String said = about.path("version").path("number").asText();
    if (!VERSION.matcher(said).matches()) {
      throw ClusterFailures.stranger(about);
    }
    version = said;
    return said;
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
