package dev.sluice.generate.admission;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What became of the requests that arrived in a stretch of a simulation. */
final class Tally {

  /** Requests of one kind. */
  static final class Count {
    int met;
    int late;
    int refused;
    int expired;
    long metTokens;
    double metWork;

    double attainment() {
      int all = met + late + refused + expired;
      return all == 0 ? 1 : (double) met / all;
    }
  }

  final long from;
  final long to;
  final Map<String, Count> kinds = new TreeMap<>();
  double serverQueue;
  double doorQueue;
  double running;
  int longestServerQueue;
  double time;

  Tally(long from, long to) {
    this.from = from;
    this.to = to;
  }

  Count of(String kind) {
    return kinds.computeIfAbsent(kind, key -> new Count());
  }

  boolean counts(Request request) {
    return request.at() >= from && request.at() < to;
  }

  /** Tokens a second, read and written, of streams complete inside their deadline. */
  double goodput() {
    return kinds.values().stream().mapToLong(count -> count.metTokens).sum() * 1e9 / (to - from);
  }

  /**
   * The part of the server's time that went into streams complete inside their deadline. Unlike
   * tokens a second it does not grow by preferring streams whose tokens are cheap.
   */
  double useful() {
    return kinds.values().stream().mapToDouble(count -> count.metWork).sum() / (to - from);
  }

  void passed(long nanos, int door, int server, int streams) {
    doorQueue += (double) door * nanos;
    serverQueue += (double) server * nanos;
    longestServerQueue = Math.max(longestServerQueue, server);
    running += (double) streams * nanos;
    time += nanos;
  }

  /** Seconds in which there was something to do, as far as it was counted. */
  double busySeconds() {
    return time / 1e9;
  }

  double meanServerQueue() {
    return serverQueue / time;
  }

  double meanDoorQueue() {
    return doorQueue / time;
  }

  double meanRunning() {
    return running / time;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "useful %.3f, %.0f tokens/s, running %.1f, queue there %.1f (longest %d), here %.1f",
            useful(),
            goodput(),
            meanRunning(),
            meanServerQueue(),
            longestServerQueue,
            meanDoorQueue()));
    kinds.forEach((kind, count) ->
        text.append(
            String.format(
                Locale.ROOT,
                "; %s %.1f%% met %d late %d refused %d expired %d",
                kind,
                100 * count.attainment(),
                count.met,
                count.late,
                count.refused,
                count.expired)));
    return text.toString();
  }
}
