package dev.sluice.generate.extractive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.serving.metrics.CacheMetrics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Passages that one model has read, by tenant, title and text; the least useful go when the bound
 * in bytes is reached. Thread-safe.
 */
final class PassageCache implements CacheMetrics.Sized {

  private final Cache<Key, Passage> passages;

  /** A tenant's document, by a hash over its title and its text. */
  record Key(String tenant, String hash) {

    static Key of(String tenant, GroundingDocument document) {
      byte[] title = document.getTitle().getBytes(StandardCharsets.UTF_8);
      MessageDigest digest = sha256();
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, title.length));
      digest.update(title);
      digest.update(document.getText().getBytes(StandardCharsets.UTF_8));
      return new Key(tenant, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  PassageCache(long maxBytes) {
    passages =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Key key, Passage passage) -> passage.bytes())
            .build();
  }

  Optional<Passage> find(Key key) {
    return Optional.ofNullable(passages.getIfPresent(key));
  }

  void keep(Key key, Passage passage) {
    passages.put(key, passage);
  }

  @Override
  public long entries() {
    return passages.estimatedSize();
  }

  @Override
  public long bytes() {
    return passages.policy().eviction().map(bound -> bound.weightedSize().orElse(0)).orElse(0L);
  }
}
