package dev.sluice.generate.admission;

import dev.sluice.generate.admission.StreamLimit.Hold;
import dev.sluice.generate.admission.TokenStream.Phase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which streams wait, start and are refused in front of a model server that batches continuously.
 * Pure: no clock, no threads, no locks; the caller guards it and says what time it is ({@code
 * System.nanoTime}). After every call of the other methods {@link #next} says what starts now.
 *
 * <p>A waiting stream is an amount of slot time: what it reads and writes, at the pace at which the
 * server reads and writes for one stream. Slots divide it: {@code wait = time of all ahead and
 * itself / limit}. A stream is refused when {@code safety · wait} is more than two thirds of what
 * its deadline leaves beside its own time, which is taken with an output that nine in ten stay
 * below: a queue averages lengths out, a single stream does not, and a long queue would be paid for
 * by the streams that turn out long. The safety factor learns from promises broken. An idle server
 * is always tried, whatever was learned.
 *
 * <p>Tenants: once the wait is more than half of what it may be, a tenant may have no more than its
 * equal share of it ahead of its own stream; tenants that asked in the last ten seconds count. Only
 * work ahead counts, so bulk work does not shut out the urgent calls of its own tenant.
 */
final class StreamAdmission {

  /** The part of the time left for waiting that a wait may take, as far as one can tell. */
  private static final double WAITING_PART = 2.0 / 3;

  private static final double CONTENDED = 0.5;

  /** What becomes of a stream that asks. */
  sealed interface Verdict {

    /** It waits. */
    record Queued(TokenStream stream) implements Verdict {}

    /** It may not; the caller should not ask again for so many nanoseconds. */
    record Refused(Refusal reason, long retryAfter) implements Verdict {}
  }

  /**
   * What happens now.
   *
   * @param started to be sent to the server
   * @param expired can no longer finish in time
   */
  record Moves(List<TokenStream> started, List<TokenStream> expired) {}

  private final long maxWaitingTokens;
  private final StreamLimit limit;
  private final WaitingLine line = new WaitingLine();
  private final ServerPace pace = new ServerPace();
  private final OutputEstimate outputs = new OutputEstimate();
  private final SafetyFactor safety = new SafetyFactor();
  private final Tenants tenants = new Tenants();
  private final DeadlinePace deadlines = new DeadlinePace();
  private long arrivals;

  StreamAdmission(long maxWaitingTokens, StreamLimit limit) {
    this.maxWaitingTokens = maxWaitingTokens;
    this.limit = limit;
  }

  /**
   * A stream asks to start.
   *
   * @param deadline later than {@code now}
   */
  Verdict offer(Ticket ticket, long deadline, long now) {
    OutputEstimate.Output output = outputs.of(ticket);
    long service = pace.service(new Load(ticket.promptTokens(), output.most()));
    var stream = new TokenStream(ticket, output, now, deadline, arrivals++);
    int active = tenants.seen(ticket.tenant(), now);
    deadlines.observe(ticket.priority(), output.most(), deadline - now, now);
    Refusal refusal = refusal(stream, service, active, deadline - now);
    if (refusal != null) {
      return new Verdict.Refused(refusal, (long) (wait(line.load()) / 2));
    }
    line.add(stream);
    return new Verdict.Queued(stream);
  }

  private @Nullable Refusal refusal(TokenStream stream, long service, int active, long slack) {
    if (isIdle()) {
      return null;
    }
    if (!line.isEmpty() && line.load().plus(stream.load()).tokens() > maxWaitingTokens) {
      return Refusal.QUEUE_FULL;
    }
    WaitingLine.Ahead ahead = line.aheadOf(stream);
    double wait = startsAtOnce() ? 0 : wait(ahead.all().plus(stream.load()));
    double room = WAITING_PART * (slack - service) / safety.factor();
    if (wait > room) {
      return Refusal.PREDICTED_LATE;
    }
    boolean overShare = wait(ahead.own().plus(stream.load())) > room / active;
    return active > 1 && wait > CONTENDED * room && overShare ? Refusal.TENANT_SHARE : null;
  }

  /** Whether nothing waits or runs. */
  boolean isIdle() {
    return line.isEmpty() && pace.running() == 0;
  }

  private boolean startsAtOnce() {
    return line.isEmpty() && limit.hold(pace.unanswered(), pace.writing()) == Hold.NOTHING;
  }

  /** Nanoseconds until so much work has started. */
  private double wait(Load load) {
    return (double) pace.service(load) / limit.current();
  }

  /** What starts and what expires now. */
  Moves next(long now) {
    ServerPace.Window window = pace.complete(now);
    if (window != null) {
      limit.observe(window, deadlines.longestGap(now));
    }
    List<TokenStream> started = new ArrayList<>();
    List<TokenStream> expired = new ArrayList<>();
    Hold hold = Hold.NOTHING;
    while (hold == Hold.NOTHING) {
      TokenStream first = line.first();
      if (first == null) {
        break;
      }
      if (isHopeless(first, now)) {
        expire(first);
        expired.add(first);
        continue;
      }
      hold = limit.hold(pace.unanswered(), pace.writing());
      if (hold == Hold.NOTHING) {
        start(first, now);
        started.add(first);
      }
    }
    pace.held(hold, now);
    return new Moves(started, expired);
  }

  private boolean isHopeless(TokenStream stream, long now) {
    long needed = pace.running() == 0 ? 0 : pace.service(stream.load());
    return stream.deadline() - now <= needed;
  }

  private void expire(TokenStream stream) {
    line.remove(stream);
    stream.end();
    safety.broken();
  }

  private void start(TokenStream stream, long now) {
    line.remove(stream);
    stream.start(now);
    pace.started(now);
  }

  /** The server wrote tokens of a stream that started. */
  void wrote(TokenStream stream, int tokens, long now) {
    if (stream.phase() == Phase.UNANSWERED) {
      pace.answered(stream.ticket().promptTokens(), now);
    }
    stream.wrote(tokens);
    pace.wrote(tokens);
  }

  /** A stream ended, wherever it was; the outcome matters if it had started. */
  void ended(TokenStream stream, Outcome outcome, long now) {
    Phase phase = stream.phase();
    stream.end();
    switch (phase) {
      case WAITING -> line.remove(stream);
      case UNANSWERED, WRITING -> {
        pace.ended(phase == Phase.WRITING, now);
        learn(stream, outcome, now);
      }
      case ENDED -> {}
    }
  }

  private void learn(TokenStream stream, Outcome outcome, long now) {
    switch (outcome) {
      case COMPLETED -> {
        outputs.observe(stream.ticket(), stream.written());
        safety.kept();
      }
      case LATE -> {
        // Cut off: it would have written at least this.
        outputs.observe(stream.ticket(), Math.max(stream.written(), stream.load().output()));
        safety.broken();
      }
      case OVERLOADED -> limit.overloaded(stream.started(), pace.running() + 1, now);
      case CANCELLED, FAILED -> {}
    }
  }

  /** Streams that wait. */
  int waiting() {
    return line.size();
  }

  /** Tokens that they will read and write. */
  long waitingTokens() {
    return line.load().tokens();
  }

  /** The one that waits longest. */
  @Nullable TokenStream oldest() {
    return line.oldest();
  }

  /** Streams at the server. */
  int running() {
    return pace.running();
  }

  /** The most streams that it is given at once. */
  int limit() {
    return limit.current();
  }
}
