package dev.sluice.generate.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.serving.config.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits at the start until one of the servers has the model, as {@code GET /models} says; a server
 * without such a list is believed. The others may come later.
 */
final class ModelCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ModelCheck.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5000;
  private static final long ANSWER_SECONDS = 10;
  private static final int MAX_LIST_BYTES = 8 << 20;
  private static final int MOST_NAMED = 8;

  /** What Ollama calls a model that was asked for by its bare name. */
  private static final String DEFAULT_TAG = ":latest";

  private final HttpClient client;
  private final OpenAiConfig config;
  private final Authorization authorization;
  private final Map<URI, String> said = new HashMap<>();

  ModelCheck(HttpClient client, OpenAiConfig config, Authorization authorization) {
    this.client = client;
    this.config = config;
    this.authorization = authorization;
  }

  /**
   * Asks one server after the other until one has the model.
   *
   * @throws ConfigurationException when one lists other models or refuses the key, or the time for
   *     the start is over
   */
  void await(List<URI> bases) {
    long start = System.nanoTime();
    long pause = FIRST_PAUSE_MILLIS;
    while (bases.stream().noneMatch(this::serves)) {
      if (System.nanoTime() - start > config.startTimeout().toNanos()) {
        throw config.wrong("TARGETS", "name no server that can be reached: " + bases);
      }
      pause(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a model server", e);
    }
  }

  private boolean serves(URI base) {
    try {
      HttpResponse<String> response = get(base);
      return switch (response.statusCode()) {
        case 200 -> lists(base, response.body());
        case 401, 403 -> throw config.wrong("API_KEY_FILE", "is refused by " + base);
        case 404, 405, 501 -> untold(base);
        default -> {
          waiting(base, "it answered " + response.statusCode());
          yield false;
        }
      };
    } catch (IOException e) {
      waiting(base, "it cannot be reached (" + e.getMessage() + ")");
      return false;
    }
  }

  /** Says why, unless it said so before. */
  private void waiting(URI base, String why) {
    if (!why.equals(said.put(base, why))) {
      LOG.warn("waiting for {}: {}", base, why);
    }
  }

  private boolean lists(URI base, String body) {
    Optional<List<String>> models = models(body);
    if (models.isEmpty()) {
      return untold(base);
    }
    if (models.get().contains(config.model())
        || models.get().contains(config.model() + DEFAULT_TAG)) {
      LOG.info("{} has the model {}", base, config.model());
      return true;
    }
    throw config.wrong(
        "MODEL_NAME",
        "is '%s', but %s lists %s"
            .formatted(config.model(), base, models.get().stream().limit(MOST_NAMED).toList()));
  }

  private boolean untold(URI base) {
    LOG.warn("{} does not list its models; it is believed to have {}", base, config.model());
    return true;
  }

  /** Empty where the body is no list of models. */
  private static Optional<List<String>> models(String body) {
    try {
      JsonNode data = JSON.readTree(body).path("data");
      return data.isArray()
          ? Optional.of(
              StreamSupport.stream(data.spliterator(), false)
                  .map(model -> model.path("id").asText())
                  .toList())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private HttpResponse<String> get(URI base) throws IOException {
    HttpRequest request = authorization.request(base, "/models").GET().build();
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_LIST_BYTES));
    try {
      return response.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      response.cancel(true);
    }
  }
}
