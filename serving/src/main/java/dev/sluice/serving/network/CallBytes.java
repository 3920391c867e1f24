package dev.sluice.serving.network;

import dev.sluice.serving.failure.Failure;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that one call has in memory: what has come of a message, and the last one that is
 * whole. Told of them by the threads that move and that unpack them; says when they are too many.
 */
final class CallBytes {

  /** What compression may add to a message that it cannot make smaller. */
  private static final int SLACK = 1024;

  /** Bytes of a call that are not counted: the number of calls bounds those. */
  private static final int LITTLE = 16 << 10;

  private final int most;
  private final HeldBytes held;
  private final Supplier<String> tenant;
  private long coming;
  private long whole;
  private long counted;
  private @Nullable String holder;

  /**
   * @param most of a message
   * @param held of all calls
   * @param tenant whose call it is; asked once, for a large request only
   */
  CallBytes(int most, HeldBytes held, Supplier<String> tenant) {
    this.most = most;
    this.held = held;
    this.tenant = tenant;
  }

  /** So many more came of a message. */
  synchronized Optional<Failure> came(long more) {
    coming += more;
    Optional<Failure> full = settle();
    return coming > (long) most + SLACK ? Optional.of(Failure.InvalidInput.tooLarge(most)) : full;
  }

  /** So many more are unpacked of one that is whole. */
  synchronized Optional<Failure> unpacked(long more) {
    whole += more;
    return settle();
  }

  /** The next message is whole, or the call has ended: those of before are gone. */
  synchronized void letGo() {
    coming = 0;
    whole = 0;
    var _ = settle();
  }

  /** Counts what is there now instead of what was. */
  private Optional<Failure> settle() {
    long bytes = coming + whole > LITTLE ? coming + whole : 0;
    long more = bytes - counted;
    counted = bytes;
    if (more > 0) {
      return held.hold(holder(), more);
    }
    if (more < 0) {
      held.release(holder(), -more);
    }
    return Optional.empty();
  }

  /** The same from the first byte to the last, whatever becomes known of the caller. */
  private String holder() {
    String known = holder == null ? tenant.get() : holder;
    holder = known;
    return known;
  }
}
