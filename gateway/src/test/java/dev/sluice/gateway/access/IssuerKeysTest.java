package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerKeysTest {

  private static final JWK FIRST = key("first");
  private static final JWK SECOND = key("second");

  private final Clock clock = new Clock();
  private final Issuer issuer = new Issuer();
  private final IssuerKeys keys = new IssuerKeys(issuer, "issuer", clock);

  private static JWK key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate().toPublicJWK();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Clock extends Deadline.Ticker {
    private long now = -5;

    @Override
    public long nanoTime() {
      return now;
    }

    void pass(long seconds) {
      now += TimeUnit.SECONDS.toNanos(seconds);
    }
  }

  private static final class Issuer implements KeySet {
    private List<JWK> keys = List.of(FIRST);
    private boolean away;
    private int asked;

    @Override
    public JWKSet read() throws IOException {
      asked++;
      if (away) {
        throw new IOException("away");
      }
      return new JWKSet(keys);
    }

    @Override
    public Duration age() {
      return Duration.ofMinutes(5);
    }
  }

  private List<JWK> find(String id) {
    return keys.get(new JWKSelector(new JWKMatcher.Builder().keyID(id).build()), null);
  }

  @Test
  void aKnownKeyIsReadOnce() {
    for (int i = 0; i < 100; i++) {
      assertThat(find("first")).containsExactly(FIRST);
    }
    assertThat(issuer.asked).isOne();
  }

  @Test
  void anUnknownKeyIsLookedForAtMostEveryTenSeconds() {
    for (int i = 0; i < 100; i++) {
      assertThat(find("unknown" + i)).isEmpty();
    }
    assertThat(issuer.asked).isOne();
    clock.pass(9);
    assertThat(find("unknown")).isEmpty();
    assertThat(issuer.asked).isOne();
    clock.pass(1);
    assertThat(find("unknown")).isEmpty();
    assertThat(issuer.asked).isEqualTo(2);
  }

  @Test
  void aKeyThatIsNewIsFound() {
    assertThat(find("first")).containsExactly(FIRST);
    issuer.keys = List.of(FIRST, SECOND);
    clock.pass(10);
    assertThat(find("second")).containsExactly(SECOND);
  }

  @Test
  void aKeyThatWasTakenAwayCountsNoLongerOnceTheSetIsReadAgain() {
    assertThat(find("first")).containsExactly(FIRST);
    issuer.keys = List.of(SECOND);
    clock.pass(300);
    keys.refresh();
    assertThat(find("first")).isEmpty();
  }

  @Test
  void whileTheIssuerIsAwayKnownKeysCountAndOthersCannotBeChecked() {
    assertThat(find("first")).containsExactly(FIRST);
    issuer.away = true;
    clock.pass(600);
    keys.refresh();
    assertThat(find("first")).containsExactly(FIRST);
    assertThatThrownBy(() -> find("second"))
        .isInstanceOfSatisfying(
            Unavailable.class,
            failure -> assertThat(failure.reason()).isEqualTo("ISSUER_UNREACHABLE"));
  }

  @Test
  void anIssuerThatWasAwayAtTheStartIsAskedAgain() {
    issuer.away = true;
    assertThatThrownBy(() -> find("first")).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> find("first")).isInstanceOf(Unavailable.class);
    assertThat(issuer.asked).isOne();
    issuer.away = false;
    clock.pass(10);
    assertThat(find("first")).containsExactly(FIRST);
  }

  @Test
  void secretsAndWeakKeysOfASetDoNotCount(@TempDir Path folder) throws Exception {
    JWKSet set =
        new JWKSet(
            List.of(
                FIRST,
                new RSAKeyGenerator(1024, true).keyID("weak").generate(),
                new OctetSequenceKeyGenerator(256).keyID("secret").generate()));
    Path file = Files.writeString(folder.resolve("jwks.json"), set.toString(false));
    assertThat(KeySet.of(file).read().getKeys()).containsExactly(FIRST);
  }

  @Test
  void whatIsNoSetOfKeysIsSaidSo(@TempDir Path folder) throws Exception {
    for (String text : List.of("", "{}", "[1]", "{\"keys\": 1}", "<html>")) {
      Path file = Files.writeString(folder.resolve("jwks.json"), text);
      assertThatThrownBy(() -> KeySet.of(file).read())
          .isInstanceOf(IOException.class)
          .hasMessage("is no JSON Web Key Set");
    }
  }
}
