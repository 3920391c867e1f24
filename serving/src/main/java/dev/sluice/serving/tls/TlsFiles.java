package dev.sluice.serving.tls;

import com.google.protobuf.ByteString;
import dev.sluice.serving.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Files in PEM that whoever issues certificates replaces now and then.
 *
 * @param certificate that a process shows, with those that lead to its authority
 * @param key of the certificate, in PKCS#8, not encrypted
 * @param authorities whose certificates it believes
 * @param period how often the files are looked at
 */
public record TlsFiles(
    Optional<Path> certificate, Optional<Path> key, Optional<Path> authorities, Duration period) {

  private static final String RELOAD = "SLUICE_TLS_RELOAD";

  /** No chain of certificates is nearly as long. */
  private static final int MOST_BYTES = 1 << 20;

  /** Certificates of others that are believed, and none to show. */
  public static TlsFiles believing(Settings settings, Optional<Path> authorities) {
    return new TlsFiles(Optional.empty(), Optional.empty(), authorities, period(settings));
  }

  /**
   * Reads {@code <prefix>CERTIFICATE_FILE} and {@code <prefix>KEY_FILE}, which belong together.
   *
   * @param shown who shows the certificate, and to whom, in words
   */
  public static TlsFiles read(
      Settings settings, String prefix, String shown, Optional<Path> authorities) {
    var certificate =
        settings.path(
            prefix + "CERTIFICATE_FILE",
            "Certificate that " + shown + ", in PEM, with those that lead to its authority.");
    var key =
        settings.path(
            prefix + "KEY_FILE", "The certificate's private key, in PEM (PKCS#8, not encrypted).");
    if (certificate.isPresent() != key.isPresent()) {
      settings.refuse(
          prefix + "CERTIFICATE_FILE and " + prefix + "KEY_FILE belong together: set both");
    }
    return new TlsFiles(certificate, key, authorities, period(settings));
  }

  private static Duration period(Settings settings) {
    return settings.duration(
        RELOAD,
        Duration.ofSeconds(10),
        Duration.ofMillis(50),
        Duration.ofHours(1),
        "How often files of certificates and keys are looked at. New ones are used for new"
            + " connections once two looks found the same.");
  }

  /** What the files hold, to be compared with what they held. */
  record Contents(ByteString certificate, ByteString key, ByteString authorities) {}

  Contents contents() throws IOException {
    return new Contents(bytes(certificate), bytes(key), bytes(authorities));
  }

  private static ByteString bytes(Optional<Path> file) throws IOException {
    return file.isEmpty() ? ByteString.EMPTY : bytes(file.get());
  }

  private static ByteString bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] read = in.readNBytes(MOST_BYTES + 1);
      if (read.length > MOST_BYTES) {
        throw new IOException(file + " is larger than 1 MiB, which no file of certificates is");
      }
      return ByteString.copyFrom(read);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no " + file, e);
    }
  }
}
