package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * Where the next page of a list begins: the last name of the page before, with a checksum over it
 * and the list, so that a token of another list is refused. Says nothing secret, so nothing is
 * signed.
 */
final class PageToken {

  private static final int CHECKSUM = 8;

  private PageToken() {}

  /** The token of the page after {@code last} of the list of that scope. */
  static String after(String last, String... scope) {
    byte[] name = last.getBytes(StandardCharsets.UTF_8);
    byte[] token = Arrays.copyOf(checksum(last, scope), CHECKSUM + name.length);
    System.arraycopy(name, 0, token, CHECKSUM, name.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** The last name of the page before; empty for an empty token. */
  static String read(String token, String... scope) {
    if (token.isEmpty()) {
      return "";
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length > CHECKSUM) {
        String last = new String(bytes, CHECKSUM, bytes.length - CHECKSUM, StandardCharsets.UTF_8);
        if (after(last, scope).equals(token)) {
          return last;
        }
      }
      throw refused();
    } catch (IllegalArgumentException e) {
      throw refused();
    }
  }

  private static InvalidInput refused() {
    return new InvalidInput("page_token", "is not of this list");
  }

  private static byte[] checksum(String last, String... scope) {
    MessageDigest hash = ContentVersion.sha256();
    for (String part : scope) {
      hash.update(part.getBytes(StandardCharsets.UTF_8));
      hash.update((byte) 0);
    }
    hash.update(last.getBytes(StandardCharsets.UTF_8));
    return Arrays.copyOf(hash.digest(), CHECKSUM);
  }
}
