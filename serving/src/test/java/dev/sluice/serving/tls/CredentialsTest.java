package dev.sluice.serving.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.serving.tls.TestAuthority.Identity;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a file is told in one line that names it. */
class CredentialsTest {

  private static final TestAuthority AUTHORITY = new TestAuthority("authority");

  @TempDir private Path folder;

  @BeforeEach
  void issue() throws IOException {
    AUTHORITY.issue("name", folder);
  }

  private TlsFiles files() {
    return new TlsFiles(file("tls.crt"), file("tls.key"), file("ca.crt"), Duration.ofSeconds(1));
  }

  private Optional<Path> file(String name) {
    return Optional.of(folder.resolve(name));
  }

  private Credentials read() throws IOException {
    return Credentials.read(files(), files().contents(), Instant.now());
  }

  private void fails(String file, String why) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(this::read)
        .satisfies(e -> assertThat(e.getMessage()).contains(file, why).doesNotContain("\n"));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private String content(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  @Test
  void filesThatFitAreReadWithTheEndOfTheCertificate() throws IOException {
    Instant end = Instant.now().plus(Duration.ofHours(7));
    AUTHORITY.issue("name", Instant.now().minusSeconds(60), end).into(folder);
    assertThat(read().expiry()).contains(Instant.ofEpochSecond(end.getEpochSecond()));
    assertThat(read().authorities()).hasSize(1);
  }

  @Test
  void keysOfRsaAreRead() throws Exception {
    var rsa =
        new CertificateBuilder()
            .subject("CN=x")
            .setIsCertificateAuthority(true)
            .algorithm(CertificateBuilder.Algorithm.rsa2048)
            .buildSelfSigned();
    write("tls.crt", rsa.getCertificatePEM());
    write("tls.key", rsa.getPrivateKeyPEM());
    assertThat(read().key()).isPresent();
  }

  @Test
  void aFileThatIsMissingIsNamed() throws IOException {
    Files.delete(folder.resolve("ca.crt"));
    fails("ca.crt", "there is no");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws IOException {
    write("tls.key", AUTHORITY.issue("name").key());
    fails("tls.key", "is not the certificate's");
  }

  @Test
  void aKeyOfAnotherKindIsRefused() throws Exception {
    var rsa =
        new CertificateBuilder()
            .subject("CN=x")
            .setIsCertificateAuthority(true)
            .algorithm(CertificateBuilder.Algorithm.rsa2048)
            .buildSelfSigned();
    write("tls.key", rsa.getPrivateKeyPEM());
    fails("tls.key", "holds no EC key");
  }

  @Test
  void aKeyOfAnOldFormSaysHowToConvertIt() throws IOException {
    write("tls.key", content("tls.key").replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    fails("tls.key", "openssl pkcs8 -topk8 -nocrypt");
  }

  @Test
  void halfOfAFileIsNone() throws IOException {
    String certificate = content("tls.crt");
    String key = content("tls.key");
    write("tls.key", key.substring(0, key.length() / 2));
    fails("tls.key", "or part of one");
    write("tls.crt", certificate.substring(0, certificate.length() / 2));
    fails("tls.crt", "or part of one");
    write("tls.crt", "");
    fails("tls.crt", "holds no certificate");
  }

  @Test
  void aCertificateThatEndedOrHasNotBegunIsRefused() throws IOException {
    Instant now = Instant.now();
    issued(now.minusSeconds(60), now.minusSeconds(30));
    fails("tls.crt", "ended at");
    issued(now.plusSeconds(600), now.plusSeconds(700));
    fails("tls.crt", "begins at");
  }

  private void issued(Instant from, Instant to) throws IOException {
    Identity identity = AUTHORITY.issue("name", from, to);
    identity.into(folder);
  }

  @Test
  void nothingOfAKeyIsTold() throws IOException {
    String secret = "c2VjcmV0c2VjcmV0";
    write("tls.key", "-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(this::read)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret).doesNotContain("secret"));
  }
}
