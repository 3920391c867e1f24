package dev.sluice.standalone.eval;

import dev.sluice.standalone.CommandFailure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** A data set, read but for its corpus. */
public record EvalData(EvalFiles files, List<EvalQuery> queries, Judgements judgements) {

  /** Reads queries and judgements. */
  public static EvalData read(EvalFiles files) {
    return new EvalData(files, EvalQuery.read(files.queries()), Judgements.read(files.qrels()));
  }

  /** The first queries that some document answers, in the order of the file; at least one. */
  public List<EvalQuery> judged(int limit) {
    List<EvalQuery> judged =
        queries.stream().filter(query -> judgements.hasAnswer(query.id())).limit(limit).toList();
    if (judged.isEmpty()) {
      throw new CommandFailure(
          "no query of " + files.queries() + " has a judgement above 0 in " + files.qrels());
    }
    return judged;
  }

  /** SHA-256 of queries with their judgements, in hexadecimal: what a score is a score of. */
  public String fingerprint(List<EvalQuery> judged) {
    Fingerprint fingerprint = new Fingerprint();
    for (EvalQuery query : judged) {
      fingerprint.add(query.id());
      fingerprint.add(query.text());
      new TreeMap<>(judgements.of(query.id()))
          .forEach((document, grade) -> {
            fingerprint.add(document);
            fingerprint.add(Integer.toString(grade));
          });
    }
    return fingerprint.hexadecimal();
  }

  /** Says what the judgements name and the data set has not; empty when there is no such thing. */
  public String unknown(EvalCorpus stored) {
    Set<String> ids = new HashSet<>();
    queries.forEach(query -> ids.add(query.id()));
    long unknownQueries =
        judgements.grades().keySet().stream().filter(id -> !ids.contains(id)).count();
    long unknownDocuments =
        judgements.documents().stream().filter(id -> !stored.ids().contains(id)).count();
    return unknownQueries + unknownDocuments == 0
        ? ""
        : "the judgements name %d queries and %d documents that there are not"
            .formatted(unknownQueries, unknownDocuments);
  }
}
