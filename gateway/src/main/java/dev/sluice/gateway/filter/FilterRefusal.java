package dev.sluice.gateway.filter;

import dev.cel.common.CelIssue;
import dev.cel.common.CelSource;
import dev.cel.common.CelSourceLocation;
import dev.sluice.serving.failure.Failure.InvalidInput;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says in one line what is wrong with a filter, and where: {@code at 1:12: ...}. */
final class FilterRefusal {

  private static final String FIELD = "filter";
  private static final int LONGEST = 200;

  /** What the library adds for programmers. */
  private static final Pattern ASIDE =
      Pattern.compile(" \\(candidates: .*| \\(in container ''\\)| expecting \\{.*");

  private FilterRefusal() {}

  static InvalidInput of(String reason) {
    return new InvalidInput(FIELD, reason);
  }

  /** At the place of an expression. */
  static InvalidInput of(CelSource source, long expression, String reason) {
    Integer offset = source.getPositionsMap().get(expression);
    Optional<CelSourceLocation> place =
        offset == null ? Optional.empty() : source.getOffsetLocation(offset);
    return of(place.map(FilterRefusal::at).orElse("") + reason);
  }

  static InvalidInput of(CelIssue issue) {
    return of(at(issue.getSourceLocation()) + plain(issue.getMessage()));
  }

  /** Lines and columns both from 1; empty without a place. */
  private static String at(CelSourceLocation place) {
    return place.getLine() < 1
        ? ""
        : "at " + place.getLine() + ":" + (place.getColumn() + 1) + ": ";
  }

  private static String plain(String message) {
    String line = message.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    String said = ASIDE.matcher(line).replaceAll("").replace("'<EOF>'", "the end");
    return said.length() > LONGEST ? said.substring(0, LONGEST) + "..." : said;
  }
}
