package dev.sluice.generate.admission;

import java.util.concurrent.locks.Condition;

/**
 * A stream's leave to run at the model server, from {@link StreamGate#acquire}. It must be ended;
 * what ends it first counts. Its methods may be called from any thread.
 */
public final class Permit implements AutoCloseable {

  private final StreamGate gate;
  private final TokenStream stream;
  private final Condition changed;
  private boolean abandoned;

  /** The condition belongs to the gate's lock, as all that changes does. */
  Permit(StreamGate gate, TokenStream stream, Condition changed) {
    this.gate = gate;
    this.stream = stream;
    this.changed = changed;
  }

  /** How long the stream waited for its start. */
  public long waitedNanos() {
    return stream.started() - stream.arrival();
  }

  /** The server wrote so many tokens more; the first call says that it answered. */
  public void wrote(int tokens) {
    gate.wrote(this, tokens);
  }

  /**
   * The stream was written to its end.
   *
   * @param tokensIn tokens that the server says it read
   * @param tokensOut tokens that it says it wrote
   */
  public void complete(long tokensIn, long tokensOut) {
    gate.complete(this, tokensIn, tokensOut);
  }

  /** The stream ended otherwise. */
  public void end(Outcome outcome) {
    gate.end(this, outcome);
  }

  /** Ends what did not end otherwise as failed. */
  @Override
  public void close() {
    end(Outcome.FAILED);
  }

  TokenStream stream() {
    return stream;
  }

  Condition changed() {
    return changed;
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Its caller went away while it waited. */
  void abandon() {
    abandoned = true;
    changed.signal();
  }
}
