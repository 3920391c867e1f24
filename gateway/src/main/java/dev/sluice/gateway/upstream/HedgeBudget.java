package dev.sluice.gateway.upstream;

/**
 * How many calls may be made twice: one for every {@value #CALLS} calls, saved up for at most
 * {@value #MOST}. Starts empty, so that hedges are never more than that part of the calls. Not
 * thread-safe.
 */
final class HedgeBudget {

  static final int CALLS = 20;

  private static final int MOST = 10;

  private int saved;

  /** A call was made. */
  void earn() {
    saved = Math.min(saved + 1, MOST * CALLS);
  }

  /** Takes one hedge out, if there is one. */
  boolean spend() {
    if (saved < CALLS) {
      return false;
    }
    saved -= CALLS;
    return true;
  }
}
