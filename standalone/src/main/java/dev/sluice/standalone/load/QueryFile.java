package dev.sluice.standalone.load;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.CorpusRecord;
import dev.sluice.standalone.ingest.JsonLine;
import dev.sluice.standalone.ingest.JsonLines;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file with one query a line: a JSON object with the field text, or the text itself. */
public final class QueryFile {

  private static final int MOST_QUERIES = 100_000;

  private QueryFile() {}

  /** The queries in the order of the file; at least one. */
  public static List<String> read(Path file) {
    List<String> queries = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(file)) {
      for (JsonLine line = lines.next();
          line != null && queries.size() < MOST_QUERIES;
          line = lines.next()) {
        if (!line.text().isBlank() || line.tooLong()) {
          queries.add(query(file, line));
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot read the queries: " + Unreadable.reason(e), e);
    }
    if (queries.isEmpty()) {
      throw new CommandFailure(file + " has no queries");
    }
    return queries;
  }

  private static String query(Path file, JsonLine line) {
    String text = line.text().strip();
    if (!line.tooLong() && !text.startsWith("{")) {
      return text;
    }
    try {
      return CorpusRecord.parse(line).text();
    } catch (CorpusRecord.Malformed e) {
      throw new CommandFailure(file + ":" + line.number() + ": " + e.getMessage(), e);
    }
  }
}
