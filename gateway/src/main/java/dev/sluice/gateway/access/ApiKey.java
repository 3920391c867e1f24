package dev.sluice.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its owner has it: {@code sluice_<id>_<secret>}. The id finds its entry and is no secret;
 * the secret is 256 random bits, so that a plain hash of it gives nothing away.
 */
public record ApiKey(String id, String secret) {

  static final String BEGINNING = "sluice_";

  private static final int ID_BYTES = 8;
  private static final int SECRET_BYTES = 32;
  private static final Pattern SHAPE =
      Pattern.compile(BEGINNING + "([0-9a-f]{16})_([A-Za-z0-9_-]{43})");

  /** A new one. */
  public static ApiKey random(SecureRandom random) {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(id);
    random.nextBytes(secret);
    return new ApiKey(
        HexFormat.of().formatHex(id),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Empty for a text that is no key. */
  static Optional<ApiKey> parse(String text) {
    Matcher parts = SHAPE.matcher(text);
    return parts.matches()
        ? Optional.of(new ApiKey(parts.group(1), parts.group(2)))
        : Optional.empty();
  }

  /** What its owner sends. */
  public String written() {
    return BEGINNING + id + "_" + secret;
  }

  /** SHA-256 of the secret in hexadecimal digits: what is kept of it. */
  public String hash() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Not the secret, wherever it is printed by mistake. */
  @Override
  public String toString() {
    return BEGINNING + id + "_…";
  }
}
