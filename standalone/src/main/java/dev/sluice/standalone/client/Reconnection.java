package dev.sluice.standalone.client;

import java.time.Duration;

/**
 * How often a broken connection is made anew before the command gives up, waiting twice as long
 * each time. An acknowledgement in between starts the count again.
 *
 * @param attempts 0 gives up at once
 */
public record Reconnection(int attempts, Duration firstPause, Duration longestPause) {

  /** About a minute, which is what a gateway takes to be started anew. */
  public static final int DEFAULT_ATTEMPTS = 8;

  /** So many attempts with the usual pauses. */
  public static Reconnection of(int attempts) {
    return new Reconnection(attempts, Duration.ofMillis(500), Duration.ofSeconds(15));
  }

  /**
   * What is waited before an attempt.
   *
   * @param attempt from 1
   */
  Duration pause(int attempt) {
    Duration pause = firstPause;
    for (int i = 1; i < attempt && pause.compareTo(longestPause) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longestPause) < 0 ? pause : longestPause;
  }
}
