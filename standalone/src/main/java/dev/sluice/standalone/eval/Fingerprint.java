package dev.sluice.standalone.eval;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what is measured on, so that unlike things are not compared. */
final class Fingerprint {

  private final MessageDigest digest = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  static String of(InputStream in) throws IOException {
    Fingerprint fingerprint = new Fingerprint();
    in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), fingerprint.digest));
    return fingerprint.hexadecimal();
  }

  /** Adds a text; its end counts too. */
  void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  String hexadecimal() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
