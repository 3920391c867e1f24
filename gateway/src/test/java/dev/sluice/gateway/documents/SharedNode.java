package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.opensearch.OpenSearchConfig;
import dev.sluice.gateway.documents.opensearch.OpenSearchStore;
import dev.sluice.serving.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One node of OpenSearch for the tests of a run, which starts when it is first needed and ends with
 * them. Tests keep apart by their prefixes.
 */
public final class SharedNode {

  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static @Nullable NodeProcess node;

  private SharedNode() {}

  /** The node. It takes no request of more than 16 MB. */
  public static synchronized NodeProcess node() {
    NodeProcess running = node;
    if (running == null) {
      try {
        Path directory = Files.createTempDirectory(Path.of("target"), "node");
        running = NodeProcess.start(directory, "http.max_content_length=16mb");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      node = running;
    }
    return running;
  }

  /** Names of indexes that nobody else has. */
  public static String prefix() {
    return "t" + PREFIXES.incrementAndGet();
  }

  /** A store on it. */
  static DocumentStore open(String prefix, int shards) {
    return open(Map.of("URLS", node().url(), "PREFIX", prefix, "SHARDS", Integer.toString(shards)));
  }

  /**
   * @param keys {@code SLUICE_GATEWAY_OPENSEARCH_…}
   */
  static DocumentStore open(Map<String, String> keys) {
    Map<String, String> environment = new HashMap<>();
    keys.forEach((key, value) -> environment.put("SLUICE_GATEWAY_OPENSEARCH_" + key, value));
    Settings settings = new Settings(environment);
    OpenSearchConfig config = OpenSearchConfig.read(settings);
    settings.finish();
    return new OpenSearchStore(config, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
  }

  /** Asks a node directly. */
  public static String ask(String method, String url, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, BodyPublishers.ofString(json))
            .header("Content-Type", "application/json")
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
