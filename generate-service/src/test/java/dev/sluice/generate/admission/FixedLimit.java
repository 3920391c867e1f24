package dev.sluice.generate.admission;

/** So many streams, whatever happens. */
record FixedLimit(int current) implements StreamLimit {

  @Override
  public Hold hold(int unanswered, int writing) {
    return unanswered + writing >= current ? Hold.LIMIT : Hold.NOTHING;
  }

  @Override
  public void observe(ServerPace.Window window, double longestGap) {}

  @Override
  public void overloaded(long started, int running, long now) {}
}
