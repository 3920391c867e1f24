package dev.sluice.gateway.documents.opensearch;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure.NotFound;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What collections and documents are called in OpenSearch. Tenants and document ids may be any text
 * there, names and {@code _id}s may not, so both are hashed.
 */
record IndexNames(String prefix) {

  private static final int TENANT_DIGITS = 32;
  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9]{0,31}");

  IndexNames {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new ConfigurationException(
          List.of("SLUICE_GATEWAY_OPENSEARCH_PREFIX must be up to 32 small letters and digits"));
    }
  }

  /** The index of a collection. */
  String index(CollectionKey key) {
    requireName(key);
    return prefix + "-" + tenant(key.tenant()) + "-" + key.collection();
  }

  /**
   * The alias that is written to. OpenSearch would make an index where one that was just deleted is
   * written to, unless an alias is required; and one that was made again must not get what was
   * meant for the one before it.
   *
   * @param id of the collection: {@link SeenCollection#id}
   */
  String writeAlias(CollectionKey key, String id) {
    requireName(key);
    return prefix + "_write-" + tenant(key.tenant()) + "-" + key.collection() + "-" + id;
  }

  /** No other name reaches OpenSearch, where some are patterns. */
  private static void requireName(CollectionKey key) {
    if (!key.isNamed()) {
      throw new NotFound("collection", key.collection());
    }
  }

  /** A pattern for all indexes. */
  String all() {
    return prefix + "-*";
  }

  /** A pattern for all indexes of a tenant. */
  String all(String tenant) {
    return prefix + "-" + tenant(tenant) + "-*";
  }

  private static String tenant(String tenant) {
    return hash(tenant).substring(0, TENANT_DIGITS);
  }

  /** The {@code _id} of a document. */
  static String document(String id) {
    return hash(id);
  }

  /** The key of a passage, unique in its collection. */
  static String passage(String document, int ordinal) {
    return document + "#" + ordinal;
  }

  private static String hash(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
