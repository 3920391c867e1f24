package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.CorpusRecord;
import dev.sluice.standalone.ingest.JsonLine;
import dev.sluice.standalone.ingest.JsonLines;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One question of a data set.
 *
 * @param answerable whether the corpus answers it, where the data set says so
 * @param answers the words of the corpus that do
 */
public record EvalQuery(
    String id, String text, Optional<Boolean> answerable, List<String> answers) {

  /** Reads all queries of a file, in its order. */
  public static List<EvalQuery> read(Path file) {
    List<EvalQuery> queries = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(file)) {
      for (JsonLine line = lines.next(); line != null; line = lines.next()) {
        if (!line.text().isBlank() || line.tooLong()) {
          queries.add(parse(file, line));
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

  private static EvalQuery parse(Path file, JsonLine line) {
    try {
      CorpusRecord query = CorpusRecord.parse(line);
      Optional<Boolean> answerable =
          Optional.ofNullable(query.others().get("answerable"))
              .filter(JsonNode::isBoolean)
              .map(JsonNode::booleanValue);
      return new EvalQuery(query.id(), query.text(), answerable, answers(query));
    } catch (CorpusRecord.Malformed e) {
      throw new CommandFailure(file + ":" + line.number() + ": " + e.getMessage(), e);
    }
  }

  private static List<String> answers(CorpusRecord query) {
    List<String> answers = new ArrayList<>();
    JsonNode node = query.others().get("answers");
    if (node != null) {
      node.forEach(answer -> answers.add(answer.asText()));
    }
    return List.copyOf(answers);
  }
}
