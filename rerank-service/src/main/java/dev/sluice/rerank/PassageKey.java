package dev.sluice.rerank;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names a tenant's text, read up to a number of tokens: 128 bits of SHA-256, so that two texts in
 * practice never share one, on purpose neither.
 */
record PassageKey(long high, long low) {

  static PassageKey of(String tenant, String text, int maxTokens) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] owner = tenant.getBytes(StandardCharsets.UTF_8);
      digest.update(
          ByteBuffer.allocate(2 * Integer.BYTES).putInt(maxTokens).putInt(owner.length).flip());
      digest.update(owner);
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      ByteBuffer hash = ByteBuffer.wrap(digest.digest());
      return new PassageKey(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
