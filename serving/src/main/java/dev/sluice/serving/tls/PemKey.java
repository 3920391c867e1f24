package dev.sluice.serving.tls;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a private key in PEM. What it says of a file never holds a byte of the key. */
final class PemKey {

  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END [A-Z0-9 ]*PRIVATE"
              + " KEY-----");

  private PemKey() {}

  /**
   * @param of the certificate that the key belongs to, which says of which kind it is
   */
  static PrivateKey read(Path file, ByteString pem, PublicKey of) throws IOException {
    Matcher block = BLOCK.matcher(pem.toString(StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw new IOException(file + " holds no private key in PEM, or part of one");
    }
    if (!block.group(1).isEmpty()) {
      throw new IOException(
          file
              + " holds a key of the form '"
              + block.group(1).strip()
              + "': convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
      return KeyFactory.getInstance(of.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          file + " holds no " + of.getAlgorithm() + " key, as its certificate needs");
    }
  }

  /** The algorithm by which a key signs. */
  static String signature(PrivateKey key) throws GeneralSecurityException {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default ->
          throw new GeneralSecurityException(
              "keys of " + key.getAlgorithm() + " are not used for TLS here, RSA and EC are");
    };
  }
}
