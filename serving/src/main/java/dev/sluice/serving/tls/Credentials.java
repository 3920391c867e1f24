package dev.sluice.serving.tls;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/**
 * What TLS files hold, found to fit together.
 *
 * @param chain the process's own certificate first; empty where it shows none
 * @param key of the first certificate
 * @param authorities that are believed; empty where none are named
 */
record Credentials(
    List<X509Certificate> chain, Optional<PrivateKey> key, List<X509Certificate> authorities) {

  private static final byte[] SIGNED = {1, 2, 3, 4, 5, 6, 7, 8};

  /**
   * @throws IOException whose message is one line for people: which file, and what is wrong with it
   */
  static Credentials read(TlsFiles files, TlsFiles.Contents contents, Instant now)
      throws IOException {
    List<X509Certificate> chain = certificates(files.certificate(), contents.certificate());
    List<X509Certificate> authorities = certificates(files.authorities(), contents.authorities());
    if (files.certificate().isEmpty() || files.key().isEmpty()) {
      return new Credentials(chain, Optional.empty(), authorities);
    }
    X509Certificate own = chain.getFirst();
    checkDates(files.certificate().get(), own, now);
    PrivateKey key = PemKey.read(files.key().get(), contents.key(), own.getPublicKey());
    checkPair(files.key().get(), key, own);
    return new Credentials(chain, Optional.of(key), authorities);
  }

  /** When the first of the process's own certificates ends. */
  Optional<Instant> expiry() {
    return chain.stream().map(each -> each.getNotAfter().toInstant()).min(Instant::compareTo);
  }

  private static List<X509Certificate> certificates(Optional<Path> file, ByteString pem)
      throws IOException {
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      var found = CertificateFactory.getInstance("X.509").generateCertificates(pem.newInput());
      if (found.isEmpty()) {
        throw new IOException(file.get() + " holds no certificate in PEM");
      }
      return found.stream().map(X509Certificate.class::cast).toList();
    } catch (GeneralSecurityException e) {
      throw new IOException(file.get() + " holds no certificates in PEM, or part of one", e);
    }
  }

  private static void checkDates(Path file, X509Certificate own, Instant now) throws IOException {
    try {
      own.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      throw new IOException(
          "the certificate in " + file + " ended at " + own.getNotAfter().toInstant(), e);
    } catch (CertificateNotYetValidException e) {
      throw new IOException(
          "the certificate in " + file + " begins at " + own.getNotBefore().toInstant(), e);
    }
  }

  /** What the key signs, the certificate verifies. */
  private static void checkPair(Path file, PrivateKey key, X509Certificate own) throws IOException {
    try {
      Signature signature = Signature.getInstance(PemKey.signature(key));
      signature.initSign(key);
      signature.update(SIGNED);
      byte[] signed = signature.sign();
      signature.initVerify(own.getPublicKey());
      signature.update(SIGNED);
      if (!signature.verify(signed)) {
        throw new IOException("the key in " + file + " is not the certificate's");
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the key in " + file + " is not the certificate's", e);
    }
  }

  X509Certificate[] chainArray() {
    return chain.toArray(X509Certificate[]::new);
  }

  X509Certificate[] authorityArray() {
    return authorities.toArray(X509Certificate[]::new);
  }
}
