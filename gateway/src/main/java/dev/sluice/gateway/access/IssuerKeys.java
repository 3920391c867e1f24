package dev.sluice.gateway.access;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's keys, kept while they cannot be read anew. Those of a set that is old are found at
 * once, and the set is read again behind the call. A call waits for a reading where its key is
 * unknown, or the set twice as old as it should get, as after an idle night: for a moment, and not
 * while the issuer is known to be away. Readings are ten seconds apart, whatever strangers send,
 * and each has a thread of its own.
 */
final class IssuerKeys implements JWKSource<@Nullable SecurityContext> {

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  /** From the end of a reading to the next. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** For how long a failed reading says of the next one that it will not be quick either. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * What is known.
   *
   * @param readAt when the keys were read, if they ever were
   * @param triedAt when the last reading ended, if there was one
   * @param answered whether it went well
   */
  private record Known(
      JWKSet keys, @Nullable Long readAt, @Nullable Long triedAt, boolean answered) {}

  private final KeySet source;
  private final String name;
  private final Deadline.Ticker ticker;
  private final Duration patience;
  private volatile Known known = new Known(new JWKSet(), null, null, false);
  private @Nullable CompletableFuture<Void> underWay;

  /**
   * @param name for the log
   */
  IssuerKeys(KeySet source, String name, Deadline.Ticker ticker) {
    this(source, name, ticker, PATIENCE);
  }

  /**
   * @param patience how long a call waits for a reading at most
   */
  IssuerKeys(KeySet source, String name, Deadline.Ticker ticker, Duration patience) {
    this.source = source;
    this.name = name;
    this.ticker = ticker;
    this.patience = patience;
  }

  @Override
  public List<JWK> get(JWKSelector wanted, @Nullable SecurityContext none) {
    long age = source.age().toNanos();
    List<JWK> found = wanted.select(known.keys());
    if (!found.isEmpty() && !isPast(known.readAt(), 2 * age)) {
      if (isPast(known.triedAt(), age)) {
        var _ = reading(age);
      }
      return found;
    }
    boolean current = isReadAnew();
    found = wanted.select(known.keys());
    if (found.isEmpty() && !current) {
      throw new Unavailable(
          "ISSUER_UNREACHABLE",
          "the token cannot be checked: its issuer's keys cannot be read now");
    }
    return found;
  }

  private boolean isPast(@Nullable Long time, long nanos) {
    return time == null || ticker.nanoTime() - time >= nanos;
  }

  /** Waits for a reading; whether what is known is what the issuer says now. */
  private boolean isReadAnew() {
    if (isUnderWay() && isAway()) {
      return false;
    }
    return ends(reading(PAUSE_NANOS)) && known.answered();
  }

  private synchronized boolean isUnderWay() {
    return underWay != null;
  }

  private boolean isAway() {
    Known last = known;
    return last.triedAt() != null && !last.answered() && !isPast(last.triedAt(), AWAY_NANOS);
  }

  private boolean ends(CompletableFuture<Void> reading) {
    try {
      reading.get(patienceNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private long patienceNanos() {
    Deadline deadline = Context.current().getDeadline();
    long most = patience.toNanos();
    return deadline == null ? most : Math.min(most, deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  /** Reads the keys if they are old, and returns when that is done. */
  void refresh() {
    reading(source.age().toNanos()).join();
  }

  /** The reading under way; a new one where the last ended so long ago; else one that is done. */
  private synchronized CompletableFuture<Void> reading(long pause) {
    if (underWay != null) {
      return underWay;
    }
    if (!isPast(known.triedAt(), pause)) {
      return CompletableFuture.completedFuture(null);
    }
    var begun = new CompletableFuture<Void>();
    underWay = begun;
    Thread.ofVirtual()
        .name("issuer-keys")
        .start(() -> {
          try {
            read();
          } finally {
            done();
            begun.complete(null);
          }
        });
    return begun;
  }

  private synchronized void done() {
    underWay = null;
  }

  /** The next one is counted from its end: one that hangs is as long as the pause. */
  private void read() {
    Known before = known;
    try {
      JWKSet keys = source.read();
      long now = ticker.nanoTime();
      known = new Known(keys, now, now, true);
      if (!before.answered()) {
        LOG.info("{} keys of tokens are read from {}", keys.size(), name);
      }
    } catch (IOException | RuntimeException e) {
      known = new Known(before.keys(), before.readAt(), ticker.nanoTime(), false);
      if (before.answered() || before.triedAt() == null) {
        LOG.warn(
            "the keys of tokens stay as they are ({}): {} cannot be read: {}",
            before.keys().size(),
            name,
            e.toString());
      }
    }
  }
}
