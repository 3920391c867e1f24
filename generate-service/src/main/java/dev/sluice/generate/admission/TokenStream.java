package dev.sluice.generate.admission;

/**
 * One stream on its way. Ordered by deadline, then by arrival. (The latest start that still meets
 * the deadline was tried as order: it puts the longest streams first and breaks promises made to
 * the others.) All times are {@code System.nanoTime}.
 */
final class TokenStream implements Comparable<TokenStream> {

  /** Where it is. */
  enum Phase {
    WAITING,
    /** Sent to the server, which has not answered yet. */
    UNANSWERED,
    WRITING,
    ENDED
  }

  private final Ticket ticket;
  private final OutputEstimate.Output output;
  private final long arrival;
  private final long deadline;
  private final long sequence;
  private Phase phase = Phase.WAITING;
  private long started;
  private long written;

  /**
   * A stream that waits.
   *
   * @param sequence grows by arrival
   */
  TokenStream(
      Ticket ticket, OutputEstimate.Output output, long arrival, long deadline, long sequence) {
    this.ticket = ticket;
    this.output = output;
    this.arrival = arrival;
    this.deadline = deadline;
    this.sequence = sequence;
  }

  Ticket ticket() {
    return ticket;
  }

  Phase phase() {
    return phase;
  }

  void start(long now) {
    phase = Phase.UNANSWERED;
    started = now;
  }

  void wrote(int tokens) {
    phase = Phase.WRITING;
    written += tokens;
  }

  void end() {
    phase = Phase.ENDED;
  }

  long written() {
    return written;
  }

  long arrival() {
    return arrival;
  }

  /** When it started, if it has. */
  long started() {
    return started;
  }

  long deadline() {
    return deadline;
  }

  /** What it will probably take. */
  Load load() {
    return new Load(ticket.promptTokens(), output.expected());
  }

  @Override
  public int compareTo(TokenStream other) {
    int byDeadline = Long.signum(deadline - other.deadline);
    return byDeadline != 0 ? byDeadline : Long.compare(sequence, other.sequence);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence);
  }
}
