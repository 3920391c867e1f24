package dev.sluice.gateway.access;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.grpc.Deadline;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's keys, kept while they cannot be read anew. Those that are known are found at once and
 * read again behind the call when they are old. One that is unknown is looked for in a new set, but
 * no more often than every ten seconds, whatever strangers send.
 */
final class IssuerKeys implements JWKSource<@Nullable SecurityContext> {

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** What was read last, when it was asked for last, and whether that went well. */
  private record Known(JWKSet keys, boolean asked, long askedAt, boolean answered) {}

  private final KeySet source;
  private final String name;
  private final Deadline.Ticker ticker;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Known known = new Known(new JWKSet(), false, 0, false);

  /**
   * @param name for the log
   */
  IssuerKeys(KeySet source, String name, Deadline.Ticker ticker) {
    this.source = source;
    this.name = name;
    this.ticker = ticker;
  }

  @Override
  public List<JWK> get(JWKSelector wanted, @Nullable SecurityContext none) {
    List<JWK> found = wanted.select(known.keys());
    if (!found.isEmpty()) {
      if (isOld(source.age().toNanos())) {
        Thread.ofVirtual().name("issuer-keys").start(this::refresh);
      }
      return found;
    }
    readUnlessJustRead();
    found = wanted.select(known.keys());
    if (found.isEmpty() && !known.answered()) {
      throw new Unavailable(
          "ISSUER_UNREACHABLE",
          "the token cannot be checked: its issuer's keys cannot be read now");
    }
    return found;
  }

  private boolean isOld(long age) {
    Known last = known;
    return !last.asked() || ticker.nanoTime() - last.askedAt() >= age;
  }

  /** One reads, the others that wait for it take what it read. */
  private void readUnlessJustRead() {
    reading.lock();
    try {
      if (isOld(PAUSE_NANOS)) {
        read();
      }
    } finally {
      reading.unlock();
    }
  }

  /** Unless somebody does already. */
  void refresh() {
    if (reading.tryLock()) {
      try {
        if (isOld(source.age().toNanos())) {
          read();
        }
      } finally {
        reading.unlock();
      }
    }
  }

  private void read() {
    Known before = known;
    long now = ticker.nanoTime();
    try {
      known = new Known(source.read(), true, now, true);
      if (!before.answered()) {
        LOG.info("{} keys of tokens are read from {}", known.keys().size(), name);
      }
    } catch (IOException e) {
      known = new Known(before.keys(), true, now, false);
      if (before.answered() || !before.asked()) {
        LOG.warn(
            "the keys of tokens stay as they are ({}): {} cannot be read: {}",
            before.keys().size(),
            name,
            e.toString());
      }
    }
  }
}
