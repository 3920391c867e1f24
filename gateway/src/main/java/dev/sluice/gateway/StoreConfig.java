package dev.sluice.gateway;

import dev.sluice.gateway.documents.opensearch.OpenSearchConfig;
import dev.sluice.serving.config.Settings;

/**
 * Which store keeps the documents.
 *
 * @param openSearch counts where that is the kind
 */
public record StoreConfig(Kind kind, OpenSearchConfig openSearch) {

  /** The stores that there are. */
  public enum Kind {
    LUCENE,
    OPENSEARCH
  }

  static StoreConfig read(Settings settings) {
    return new StoreConfig(
        settings.choice(
            "SLUICE_GATEWAY_STORE",
            Kind.LUCENE,
            "What keeps the documents: Lucene in SLUICE_DATA, for one gateway, or an OpenSearch"
                + " cluster, which any number of gateways share."),
        OpenSearchConfig.read(settings));
  }
}
