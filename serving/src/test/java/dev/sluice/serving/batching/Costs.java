package dev.sluice.serving.batching;

/** What batches of a machine cost, exactly: {@code launch + tokens · (perToken + q · longest)}. */
record Costs(double launch, double perToken, double quadratic) {

  static final long MILLISECOND = 1_000_000;

  /** A millisecond a launch, a thousand tokens a millisecond. */
  static final Costs PLAIN = new Costs(1e6, 1e3, 0);

  long nanos(long tokens, long longest) {
    return (long) (launch + tokens * (perToken + quadratic * longest));
  }

  /** A model of these costs, learned from so many batches of many sizes. */
  void teach(CostModel model, int batches) {
    for (int i = 0; i < batches; i++) {
      long longest = 8L << i % 7;
      long tokens = longest * (1 + i * 5L % 16);
      model.observe(tokens, longest, nanos(tokens, longest));
    }
  }

  CostModel learned() {
    var model = new CostModel();
    teach(model, 100);
    return model;
  }
}
