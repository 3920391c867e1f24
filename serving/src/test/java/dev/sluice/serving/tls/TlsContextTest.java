package dev.sluice.serving.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When files are read anew: look by look, without the thread that looks. */
class TlsContextTest {

  private static final TestAuthority AUTHORITY = new TestAuthority("authority");

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TlsContext tls;

  @BeforeEach
  void open() throws IOException {
    AUTHORITY.issue("name", folder);
    tls = context();
  }

  private TlsContext context() {
    var files =
        new TlsFiles(
            Optional.of(folder.resolve("tls.crt")),
            Optional.of(folder.resolve("tls.key")),
            Optional.of(folder.resolve("ca.crt")),
            Duration.ofHours(1));
    return new TlsContext("test", files, true, meters, InstantSource.system());
  }

  /** Each context has sessions of its own. */
  private SSLSessionContext inUse() {
    return tls.context().sessionContext();
  }

  private double failures() {
    return meters.get("sluice.tls.reload.failures").tag("use", "test").counter().count();
  }

  private double expiry() {
    return meters.get("sluice.tls.certificate.expiry").tag("use", "test").gauge().value();
  }

  @Test
  void newFilesAreUsedWhenTwoLooksFoundTheSame() throws IOException {
    SSLSessionContext first = inUse();
    Instant end = Instant.now().plus(Duration.ofHours(9));
    AUTHORITY.issue("name", Instant.now().minusSeconds(60), end).into(folder);
    tls.look();
    assertThat(inUse()).isSameAs(first);
    tls.look();
    assertThat(inUse()).isNotSameAs(first);
    assertThat(expiry()).isEqualTo((double) end.getEpochSecond());
  }

  @Test
  void filesThatDoNotChangeAreLetBe() {
    SSLSessionContext first = inUse();
    tls.look();
    tls.look();
    assertThat(inUse()).isSameAs(first);
  }

  @Test
  void aFileThatIsBeingWrittenIsNoFailure() throws IOException {
    var next = AUTHORITY.issue("name");
    Files.writeString(folder.resolve("tls.crt"), next.certificates().substring(0, 100));
    tls.look();
    Files.writeString(folder.resolve("tls.crt"), next.certificates());
    tls.look();
    Files.writeString(folder.resolve("tls.key"), next.key());
    tls.look();
    tls.look();
    assertThat(failures()).isZero();
  }

  @Test
  void filesOfNoUseAreCountedOnceAndWhatStoodBeforeStays() throws IOException {
    SSLSessionContext first = inUse();
    double end = expiry();
    Files.writeString(folder.resolve("tls.key"), "not a key");
    for (int i = 0; i < 5; i++) {
      tls.look();
    }
    assertThat(failures()).isEqualTo(1);
    assertThat(inUse()).isSameAs(first);
    assertThat(expiry()).isEqualTo(end);
  }

  @Test
  void afterFilesOfNoUseGoodOnesAreUsed() throws IOException {
    SSLSessionContext first = inUse();
    Files.delete(folder.resolve("tls.key"));
    tls.look();
    AUTHORITY.issue("name").into(folder);
    tls.look();
    tls.look();
    assertThat(inUse()).isNotSameAs(first);
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void aCertificateThatHasEndedReplacesNoneThatHolds() throws IOException {
    SSLSessionContext first = inUse();
    Instant now = Instant.now();
    AUTHORITY.issue("name", now.minusSeconds(60), now.minusSeconds(30)).into(folder);
    tls.look();
    tls.look();
    assertThat(inUse()).isSameAs(first);
  }

  @Test
  void nothingStartsWithFilesOfNoUse() throws IOException {
    Files.delete(folder.resolve("tls.crt"));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(this::context)
        .withMessage("TLS of test: there is no " + folder.resolve("tls.crt"));
  }
}
