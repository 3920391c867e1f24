package dev.sluice.generate.openai;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a server asks to stay away: seconds, or a time of its own clock. */
final class RetryAfter {

  /** Where it does not say. */
  static final Duration UNKNOWN = Duration.ofSeconds(1);

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private RetryAfter() {}

  /** At most five minutes; {@link #UNKNOWN} for what is no such thing. */
  static Duration of(HttpHeaders headers) {
    return headers
        .firstValue("retry-after")
        .flatMap(text -> text.matches("[0-9]{1,9}") ? seconds(text) : until(text, headers))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
        .map(wait -> wait.compareTo(LONGEST) > 0 ? LONGEST : wait)
        .orElse(UNKNOWN);
  }

  private static Optional<Duration> seconds(String text) {
    return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
  }

  private static Optional<Duration> until(String text, HttpHeaders headers) {
    return headers
        .firstValue("date")
        .flatMap(RetryAfter::time)
        .flatMap(now -> time(text).map(then -> Duration.between(now, then)));
  }

  private static Optional<ZonedDateTime> time(String text) {
    try {
      return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
