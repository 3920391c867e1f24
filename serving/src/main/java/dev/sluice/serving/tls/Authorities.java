package dev.sluice.serving.tls;

import dev.sluice.serving.config.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Authorities that servers spoken to over HTTPS are believed by, for clients of other libraries.
 */
public final class Authorities {

  private Authorities() {}

  /**
   * Reads them once.
   *
   * @param file certificates in PEM
   * @param key that it was read from, for the message
   * @throws ConfigurationException when there are none in it
   */
  public static SSLContext of(Path file, String key) {
    try {
      return context(file);
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException(List.of(key + " " + file + " cannot be read: " + e));
    }
  }

  private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(file)) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("ca-" + trusted.size(), each);
      }
    }
    if (trusted.size() == 0) {
      throw new GeneralSecurityException("it has no certificate");
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
