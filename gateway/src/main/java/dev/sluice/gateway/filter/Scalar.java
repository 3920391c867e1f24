package dev.sluice.gateway.filter;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** A value that fields are compared with. Values of different types are never equal. */
public sealed interface Scalar {

  /** At most {@link #LONGEST_TEXT} bytes. Ordered by code points. */
  record Text(String value) implements Scalar {}

  /** Finite. */
  record Numeric(double value) implements Scalar {}

  record Flag(boolean value) implements Scalar {}

  /** A point in time; metadata have it as a string as of RFC 3339, which is then both. */
  record Moment(Instant value) implements Scalar {}

  /** The most bytes of UTF-8 that a text of a filter has; those of metadata may have more. */
  int LONGEST_TEXT = 1024;

  /** The point in time that a string is, with date, time and offset. */
  static Optional<Moment> moment(String text) {
    boolean alike = text.length() >= 17 && text.length() <= 40 && text.charAt(4) == '-';
    if (!alike) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Moment(OffsetDateTime.parse(text).toInstant()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
