package dev.sluice.generate.openai;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.tracing.TraceHeaders;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of one model. A stream goes to the one with the fewest; where that one turns out to
 * be gone before it answers, once more to another. Does not own the client and the timer.
 */
final class ChatServers {

  private static final Logger LOG = LoggerFactory.getLogger(ChatServers.class);
  private static final int ATTEMPTS = 2;
  private static final int MAX_ERROR_BYTES = 8192;

  private final HttpClient client;
  private final List<URI> bases;
  private final Authorization authorization;
  private final ScheduledExecutorService timer;
  private final Replicas replicas;
  private final AtomicBoolean refused = new AtomicBoolean();

  ChatServers(
      HttpClient client,
      List<URI> bases,
      Authorization authorization,
      ScheduledExecutorService timer) {
    this.client = client;
    this.bases = bases;
    this.authorization = authorization;
    this.timer = timer;
    this.replicas = new Replicas(bases.size());
  }

  /**
   * Posts a request and waits until a server begins to answer it with events.
   *
   * @param body the request as JSON
   * @param context ends the call when it ends
   * @param deadline the context's
   * @throws Failure what the server's refusal means, or that no server can be reached
   */
  ChatCall open(GenerateRequest request, byte[] body, Context context, Deadline deadline) {
    for (int attempt = 1; ; attempt++) {
      int replica = replicas.acquire(System.nanoTime());
      ChatCall call =
          ChatCall.send(
              client,
              post(bases.get(replica), body),
              context,
              deadline,
              () -> replicas.release(replica));
      Optional<Failure> failure = await(call, replica, request);
      if (failure.isEmpty()) {
        return call;
      }
      call.close();
      if (attempt == ATTEMPTS || !isGone(failure.get())) {
        throw failure.get();
      }
    }
  }

  private HttpRequest post(URI base, byte[] body) {
    HttpRequest.Builder request =
        authorization
            .request(base, "/chat/completions")
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(BodyPublishers.ofByteArray(body));
    TraceHeaders.send(request::header);
    return request.build();
  }

  /** Waits for the answer. What it means if it is no stream of events. */
  private Optional<Failure> await(ChatCall call, int replica, GenerateRequest request) {
    Optional<Failure> failure = answer(call, replica, request);
    if (failure.filter(ChatServers::isGone).isPresent()) {
      replicas.failed(replica, System.nanoTime());
    }
    return failure;
  }

  private Optional<Failure> answer(ChatCall call, int replica, GenerateRequest request) {
    URI base = bases.get(replica);
    try {
      Optional<ServerError> error = error(call);
      error.ifPresentOrElse(said -> log(base, said), () -> refused.set(false));
      Optional<Failure> failure = error.map(said -> said.failure(request));
      if (failure.filter(ChatServers::isGone).isEmpty()) {
        replicas.answered(replica);
      }
      return failure;
    } catch (IOException e) {
      return Optional.of(unreachable(call, base, e));
    }
  }

  private static Failure unreachable(ChatCall call, URI base, IOException e) {
    Failure failure =
        call.failure(
            new Failure.Unavailable(
                ServerError.MODEL_UNAVAILABLE, "the model server cannot be reached", e));
    if (isGone(failure)) {
      LOG.warn("model server {}: {}", base, e.toString());
    }
    return failure;
  }

  private Optional<ServerError> error(ChatCall call) throws IOException {
    HttpResponse<InputStream> response = call.response();
    String type = response.headers().firstValue("content-type").orElse("");
    if (response.statusCode() == 200 && type.startsWith("text/event-stream")) {
      return Optional.empty();
    }
    String text = new String(call.beginning(MAX_ERROR_BYTES, timer), StandardCharsets.UTF_8);
    return Optional.of(
        new ServerError(response.statusCode(), text, RetryAfter.of(response.headers())));
  }

  /** A refusal of the key is said once, until a call succeeds. */
  private void log(URI base, ServerError error) {
    if (!error.isRefusal()) {
      LOG.warn("model server {} answered {}", base, error);
    } else if (!refused.getAndSet(true)) {
      LOG.error("model server {} refuses {}: {}", base, authorization, error);
    }
  }

  private static boolean isGone(Failure failure) {
    return failure instanceof Failure.Unavailable unavailable
        && unavailable.reason().equals(ServerError.MODEL_UNAVAILABLE);
  }
}
