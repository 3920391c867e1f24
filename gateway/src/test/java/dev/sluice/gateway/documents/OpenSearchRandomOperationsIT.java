package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.opensearch.OpenSearchConfig;
import dev.sluice.gateway.documents.opensearch.OpenSearchStore;
import dev.sluice.serving.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class OpenSearchRandomOperationsIT extends RandomOperationsContract {

  @TempDir private static Path directory;
  private static NodeProcess node;

  @BeforeAll
  static void startNode() throws IOException {
    node = NodeProcess.start(directory);
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
  }

  @Override
  DocumentStore open() {
    OpenSearchConfig config =
        OpenSearchConfig.read(new Settings(Map.of("SLUICE_GATEWAY_OPENSEARCH_URLS", node.url())));
    return new OpenSearchStore(config, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
  }

  /** Not yet in OpenSearch. */
  @Override
  boolean filters() {
    return false;
  }

  /** Fewer than with Lucene: every collection is an index, and every write a refresh. */
  @Override
  int operations() {
    return 240;
  }
}
