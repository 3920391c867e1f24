package dev.sluice.generate.admission;

/**
 * Finds how many streams a server with continuous batching bears, without being told its {@code
 * max_num_seqs}. Two rules, because such a server has two limits.
 *
 * <p><b>Its queue.</b> A full server queues streams, and a queued stream cannot be reordered or
 * dropped. TCP Vegas (Brakmo and Peterson, 1995) keeps the sender's own backlog in the network,
 * rate × (RTT − base RTT), between two small numbers. Here the backlog can be counted: by Little's
 * law start rate × time to first token is the number of streams without a first token. Prompts are
 * read one after the other, so without a queue that number is about one, and there is no base RTT
 * to learn or to go stale. So a stream starts only while fewer than {@code max(4, writing / 8)} are
 * unanswered: first tokens clock the starts, as acknowledgements clock TCP, and the server's queue
 * is bounded at once, whatever happens to its capacity. While this rule is what holds streams back,
 * the limit glides down to what runs.
 *
 * <p><b>Its knee.</b> With n streams a token takes {@code gap(n) = base + b · n}, so {@code n /
 * gap} tokens a nanosecond: ten per cent more streams give {@code 10 · base / gap} per cent more
 * tokens. That a token takes longer is therefore no reason to shrink until the gap is a multiple of
 * the base gap (8: about one per cent for ten), or longer than deadlines allow. This is the
 * gradient of Netflix's Gradient2 limit (concurrency-limits, Apache 2.0), {@code limit ← limit ·
 * min(1, target / measured) + growth} with a growth of √limit / 2, with two changes: it multiplies
 * what ran, not the limit, since streams live longer than a window and the effect comes late; and
 * it grows only while the limit itself holds streams back.
 *
 * <p>An overload answer of the server shrinks the limit by a tenth, once for those that started
 * before it took effect.
 */
final class AdaptiveLimit implements StreamLimit {

  private static final int FIRST = 8;
  private static final int LEAST_UNANSWERED = 4;
  private static final int UNANSWERED_PART = 8;
  private static final double KNEE = 8;

  /** A target below twice the base gap would cost more than half of the throughput. */
  private static final double SLOWEST_TARGET = 2;

  private static final double GROWTH = 0.5;
  private static final double SHRINK = 0.9;

  /** The base gap follows shorter gaps by an eighth a window: one odd window moves it little. */
  private static final double FALL = 1.0 / 8;

  /** And longer ones by this part of itself, so that a server that became slower is believed. */
  private static final double RISE = 1.0 / 4096;

  private final int most;
  private double limit;
  private double baseGap;
  private boolean shrunk;
  private long shrunkAt;

  AdaptiveLimit(int most) {
    this.most = most;
    this.limit = Math.min(FIRST, most);
  }

  @Override
  public Hold hold(int unanswered, int writing) {
    if (unanswered + writing >= current()) {
      return Hold.LIMIT;
    }
    return unanswered >= Math.max(LEAST_UNANSWERED, writing / UNANSWERED_PART)
        ? Hold.ANSWERS
        : Hold.NOTHING;
  }

  @Override
  public void observe(ServerPace.Window window, double longestGap) {
    follow(window.gap());
    double target = Math.max(SLOWEST_TARGET * baseGap, Math.min(KNEE * baseGap, longestGap));
    if (window.gap() > target) {
      become(Math.min(limit, window.running() * target / window.gap() + 1));
    } else if (window.heldByLimit() > 0.5) {
      become(limit + Math.max(1, GROWTH * Math.sqrt(limit)));
    } else if (window.heldByAnswers() > 0.5) {
      become(Math.max(window.running(), SHRINK * limit));
    }
  }

  private void follow(double gap) {
    if (baseGap == 0) {
      baseGap = gap;
    }
    baseGap = gap < baseGap ? baseGap + FALL * (gap - baseGap) : baseGap * (1 + RISE);
  }

  @Override
  public void overloaded(long started, int running, long now) {
    if (!shrunk || started - shrunkAt >= 0) {
      shrunk = true;
      shrunkAt = now;
      become(SHRINK * Math.min(limit, running));
    }
  }

  private void become(double streams) {
    limit = Math.clamp(streams, 1, most);
  }

  @Override
  public int current() {
    return (int) limit;
  }
}
