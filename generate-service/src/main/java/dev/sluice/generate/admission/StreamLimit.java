package dev.sluice.generate.admission;

/** How many streams the server is given at once. Pure; fed with what {@link ServerPace} saw. */
interface StreamLimit {

  /** What keeps a waiting stream from its start. */
  enum Hold {
    NOTHING,
    /** As many run as may. */
    LIMIT,
    /** The server has yet to answer those that started last. */
    ANSWERS
  }

  /**
   * What keeps the next stream from its start.
   *
   * @param unanswered streams at the server without a first token
   * @param writing the others there
   */
  Hold hold(int unanswered, int writing);

  /**
   * A stretch of time has passed.
   *
   * @param longestGap nanoseconds between two tokens that deadlines allow
   */
  void observe(ServerPace.Window window, double longestGap);

  /**
   * The server answered a stream that it has too much to do.
   *
   * @param started when that stream started
   * @param running streams at the server
   */
  void overloaded(long started, int running, long now);

  /** Streams. */
  int current();
}
