package dev.sluice.generate.admission;

import dev.sluice.generate.admission.StreamLimit.Hold;
import org.jspecify.annotations.Nullable;

/**
 * How fast the server reads and writes, from counts and their integrals over time (Little's law:
 * mean time inside = integral of the number inside / number that passed). A stream that hangs
 * therefore weighs no more than one stream among those that run. Measured over windows of about
 * eight tokens of each stream; older windows fade by a fifth each.
 */
final class ServerPace {

  private static final long TOKENS_EACH = 8;
  private static final double KEEP = 0.8;

  /**
   * A stretch of time.
   *
   * @param gap mean nanoseconds between two tokens of a stream, this window and fading older ones
   * @param running mean number of streams at the server
   * @param heldByLimit the part of the time in which the limit held streams back, 0 to 1
   * @param heldByAnswers the part in which unanswered streams did
   */
  record Window(double gap, double running, double heldByLimit, double heldByAnswers) {}

  /** What adds up over a window: stream-nanoseconds, nanoseconds and tokens. */
  private static final class Sums {
    private double unanswered;
    private double writing;
    private double heldByLimit;
    private double heldByAnswers;
    private long read;
    private long written;
  }

  private boolean begun;
  private long at;
  private long windowStart;
  private int unanswered;
  private int writing;
  private Hold hold = Hold.NOTHING;
  private Sums window = new Sums();

  private double readTime;
  private double readTokens;
  private double writeTime;
  private double writeTokens;

  int unanswered() {
    return unanswered;
  }

  int writing() {
    return writing;
  }

  int running() {
    return unanswered + writing;
  }

  void started(long now) {
    advance(now);
    unanswered++;
  }

  /** The first token of a stream. */
  void answered(int promptTokens, long now) {
    advance(now);
    unanswered--;
    writing++;
    window.read += promptTokens;
  }

  void wrote(int tokens) {
    window.written += tokens;
  }

  void ended(boolean answered, long now) {
    advance(now);
    if (answered) {
      writing--;
    } else {
      unanswered--;
    }
  }

  /** From now on waiting streams are held back by this. */
  void held(Hold by, long now) {
    advance(now);
    hold = by;
  }

  private void advance(long now) {
    if (!begun) {
      begun = true;
      windowStart = now;
      at = now;
    }
    double passed = now - at;
    at = now;
    window.unanswered += unanswered * passed;
    window.writing += writing * passed;
    window.heldByLimit += hold == Hold.LIMIT ? passed : 0;
    window.heldByAnswers += hold == Hold.ANSWERS ? passed : 0;
  }

  /** The window, if it is complete now; the next one begins. */
  @Nullable Window complete(long now) {
    advance(now);
    double length = now - windowStart;
    if (window.written < TOKENS_EACH * Math.max(1, writing) || length <= 0) {
      return null;
    }
    Sums sums = window;
    window = new Sums();
    windowStart = now;
    readTime = KEEP * readTime + sums.unanswered;
    readTokens = KEEP * readTokens + sums.read;
    writeTime = KEEP * writeTime + sums.writing;
    writeTokens = KEEP * writeTokens + sums.written;
    return new Window(
        gap(),
        (sums.unanswered + sums.writing) / length,
        sums.heldByLimit / length,
        sums.heldByAnswers / length);
  }

  private double gap() {
    return writeTokens > 0 ? writeTime / writeTokens : 0;
  }

  /** Nanoseconds that so much takes one stream, as things are; 0 before the first window. */
  long service(Load load) {
    double read = readTokens > 0 ? readTime / readTokens : 0;
    return (long) (read * load.prompt() + gap() * load.output());
  }
}
