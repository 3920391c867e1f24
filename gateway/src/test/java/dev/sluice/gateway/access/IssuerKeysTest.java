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
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class IssuerKeysTest {

  private static final JWK FIRST = key("first");
  private static final JWK SECOND = key("second");

  private final Clock clock = new Clock();
  private final Issuer issuer = new Issuer();
  private final IssuerKeys keys = new IssuerKeys(issuer, "issuer", clock, Duration.ofMinutes(1));

  private static JWK key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate().toPublicJWK();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Clock extends Deadline.Ticker {
    private final AtomicLong now = new AtomicLong(-5);

    @Override
    public long nanoTime() {
      return now.get();
    }

    void pass(long seconds) {
      var _ = now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
  }

  /** Is asked by other threads than the test's. */
  private final class Issuer implements KeySet {
    private volatile List<JWK> keys = List.of(FIRST);
    private volatile boolean away;
    private volatile long secondsToAnswer;
    private volatile CountDownLatch answering = new CountDownLatch(0);
    private final Semaphore begun = new Semaphore(0);
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public JWKSet read() throws IOException {
      asked.incrementAndGet();
      begun.release();
      clock.pass(secondsToAnswer);
      try {
        answering.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
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
    return keys.get(selector(id), null);
  }

  private static JWKSelector selector(String id) {
    return new JWKSelector(new JWKMatcher.Builder().keyID(id).build());
  }

  @Test
  void aKnownKeyIsReadOnce() {
    for (int i = 0; i < 100; i++) {
      assertThat(find("first")).containsExactly(FIRST);
    }
    assertThat(issuer.asked.get()).isOne();
  }

  @Test
  void anUnknownKeyIsLookedForAtMostEveryTenSeconds() {
    for (int i = 0; i < 100; i++) {
      assertThat(find("unknown" + i)).isEmpty();
    }
    assertThat(issuer.asked.get()).isOne();
    clock.pass(9);
    assertThat(find("unknown")).isEmpty();
    assertThat(issuer.asked.get()).isOne();
    clock.pass(1);
    assertThat(find("unknown")).isEmpty();
    assertThat(issuer.asked.get()).isEqualTo(2);
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
  void afterAnIdleTimeACallWaitsForWhatTheIssuerSaysNow() {
    assertThat(find("first")).containsExactly(FIRST);
    issuer.keys = List.of(SECOND);
    clock.pass(600);
    assertThat(find("first")).isEmpty();
  }

  @Test
  void afterAnIdleTimeKnownKeysCountWhereTheIssuerIsAwayAndItIsAskedOnce() {
    assertThat(find("first")).containsExactly(FIRST);
    issuer.away = true;
    clock.pass(100_000);
    for (int i = 0; i < 10; i++) {
      assertThat(find("first")).containsExactly(FIRST);
    }
    assertThat(issuer.asked.get()).isEqualTo(2);
    issuer.away = false;
    issuer.keys = List.of(SECOND);
    clock.pass(10);
    assertThat(find("first")).isEmpty();
  }

  /** A hanging reading takes as long as the pause between two. */
  @Test
  void theNextReadingIsCountedFromTheEndOfOneThatHung() {
    issuer.away = true;
    issuer.secondsToAnswer = 10;
    for (int i = 0; i < 10; i++) {
      assertUnreachable("stranger" + i);
    }
    assertThat(issuer.asked.get()).isOne();
    clock.pass(10);
    assertUnreachable("stranger");
    assertThat(issuer.asked.get()).isEqualTo(2);
  }

  private void assertUnreachable(String id) {
    assertThatThrownBy(() -> find(id))
        .isInstanceOfSatisfying(
            Unavailable.class,
            failure -> assertThat(failure.reason()).isEqualTo("ISSUER_UNREACHABLE"));
  }

  @Test
  void nobodyWaitsForAnIssuerThatHangs() {
    var answering = new CountDownLatch(1);
    issuer.answering = answering;
    var impatient = new IssuerKeys(issuer, "issuer", clock, Duration.ofMillis(1));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> impatient.get(selector("stranger"), null))
          .isInstanceOf(Unavailable.class);
    }
    assertThat(issuer.asked.get()).isOne();
    answering.countDown();
    impatient.refresh();
    assertThat(impatient.get(selector("first"), null)).containsExactly(FIRST);
    assertThat(issuer.asked.get()).isOne();
  }

  @Test
  void aCallWaitsNoLongerThanItsDeadline() {
    issuer.answering = new CountDownLatch(1);
    var patient = new IssuerKeys(issuer, "issuer", clock, Duration.ofDays(1));
    try (var timer = Executors.newSingleThreadScheduledExecutor();
        var call =
            Context.current().withDeadline(Deadline.after(1, TimeUnit.MILLISECONDS), timer)) {
      call.run(() ->
          assertThatThrownBy(() -> patient.get(selector("first"), null))
              .isInstanceOf(Unavailable.class));
    }
    issuer.answering.countDown();
  }

  /** Those that come while it is asked again, however many, do not wait for the same again. */
  @Test
  void whileTheIssuerIsKnownToBeAwayOneCallWaitsForItAndTheOthersDoNot() throws Exception {
    assertThat(find("first")).containsExactly(FIRST);
    issuer.away = true;
    clock.pass(600);
    keys.refresh();
    clock.pass(10);
    var answering = new CountDownLatch(1);
    issuer.answering = answering;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> find("first"));
      assertThat(issuer.begun.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
      try {
        assertThat(find("first")).containsExactly(FIRST);
        assertUnreachable("stranger");
        assertThat(waiting.isDone()).isFalse();
      } finally {
        answering.countDown();
      }
      assertThat(waiting.get(60, TimeUnit.SECONDS)).containsExactly(FIRST);
    }
    assertThat(issuer.asked.get()).isEqualTo(3);
  }

  @Test
  void aSetInAFileThatWasReplacedWhileNobodyCalledCountsAtOnce(@TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("jwks.json"), new JWKSet(FIRST).toString(false));
    var ofFile = new IssuerKeys(KeySet.of(file), "file", clock, Duration.ofMinutes(1));
    assertThat(ofFile.get(selector("first"), null)).containsExactly(FIRST);
    Files.writeString(file, new JWKSet(SECOND).toString(false));
    clock.pass(10);
    assertThat(ofFile.get(selector("first"), null)).isEmpty();
  }

  @Test
  void anIssuerThatWasAwayAtTheStartIsAskedAgain() {
    issuer.away = true;
    assertThatThrownBy(() -> find("first")).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> find("first")).isInstanceOf(Unavailable.class);
    assertThat(issuer.asked.get()).isOne();
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
