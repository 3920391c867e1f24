package dev.sluice.standalone.load;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The times in a CSV file, whose first column is either {@code arrival_ms}, milliseconds from the
 * first call, or {@code TIMESTAMP}, as 2023-11-16 18:17:03.9799600. Other columns are not read.
 */
final class ArrivalTrace {

  private static final int MOST_LINES = 5_000_000;
  private static final int MILLISECOND_DIGITS = 6;

  /** One way to write a time. */
  private interface Format {
    long nanos(String cell);
  }

  private final Path file;

  private ArrivalTrace(Path file) {
    this.file = file;
  }

  /** Nanoseconds after any moment, in the order of the file; at least one. */
  static long[] read(Path file) {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      return new ArrivalTrace(file).read(lines);
    } catch (IOException e) {
      throw new CommandFailure("cannot read the trace: " + Unreadable.reason(e), e);
    }
  }

  private long[] read(BufferedReader lines) throws IOException {
    Format format = format(lines.readLine());
    LongStream.Builder times = LongStream.builder();
    int number = 1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (number > MOST_LINES) {
        throw new CommandFailure(file + " has more than " + MOST_LINES + " lines");
      }
      if (!line.isBlank()) {
        times.add(time(format, number, line));
      }
    }
    long[] all = times.build().toArray();
    if (all.length == 0) {
      throw new CommandFailure(file + " has no arrivals");
    }
    return all;
  }

  private Format format(@Nullable String heading) {
    return switch (heading == null ? "" : firstCell(heading)) {
      case "arrival_ms" -> ArrivalTrace::milliseconds;
      case "TIMESTAMP" -> ArrivalTrace::timestamp;
      default ->
          throw new CommandFailure(
              file + " is no trace: its first column must be arrival_ms or TIMESTAMP");
    };
  }

  private long time(Format format, int number, String line) {
    try {
      return format.nanos(firstCell(line));
    } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
      throw new CommandFailure(file + ":" + number + ": its first cell is no time", e);
    }
  }

  private static String firstCell(String line) {
    int comma = line.indexOf(',');
    return (comma < 0 ? line : line.substring(0, comma)).strip();
  }

  private static long milliseconds(String cell) {
    return new BigDecimal(cell).movePointRight(MILLISECOND_DIGITS).toBigInteger().longValueExact();
  }

  private static long timestamp(String cell) {
    var time = LocalDateTime.parse(cell.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), (long) time.getNano());
  }
}
