package dev.sluice.bench.chaos;

/**
 * Something bad that happens to a cluster and is over after some time.
 *
 * @param seconds that it lasts
 * @param keepsDeadlines whether callers end their calls themselves, as where the gateway cannot
 */
record Scenario(
    String name,
    String fault,
    Layout layout,
    Onset begin,
    int seconds,
    Step end,
    boolean keepsDeadlines,
    Expectation expectation) {

  /** Has a fault befall a cluster. */
  interface Onset {
    /** Says what will show that it did. */
    Evidence with(Cluster cluster) throws Exception;
  }

  /** Does something to a cluster. */
  interface Step {
    void with(Cluster cluster) throws Exception;
  }

  static Scenario of(
      String name,
      String fault,
      Layout layout,
      Onset begin,
      int seconds,
      Step end,
      Expectation expectation) {
    return new Scenario(name, fault, layout, begin, seconds, end, false, expectation);
  }

  /** The same, with callers that end their calls themselves. */
  Scenario keepingDeadlines() {
    return new Scenario(name, fault, layout, begin, seconds, end, true, expectation);
  }
}
