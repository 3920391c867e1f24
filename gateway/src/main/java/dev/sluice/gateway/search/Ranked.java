package dev.sluice.gateway.search;

import dev.sluice.gateway.documents.Candidate;
import dev.sluice.gateway.documents.Passage;
import dev.sluice.gateway.v1.Score;
import java.util.ArrayList;
import java.util.List;

/**
 * A passage in its place.
 *
 * @param scores all that it was given; the first one decided its place; none from a data source
 *     without scores
 */
public record Ranked(Candidate candidate, List<Score> scores) {

  public Passage passage() {
    return candidate.passage();
  }

  double deciding() {
    return scores.getFirst().getValue();
  }

  /** The same passage with a score that decides from now on. */
  Ranked decidedBy(Score score) {
    List<Score> all = new ArrayList<>();
    all.add(score);
    all.addAll(scores);
    return new Ranked(candidate, List.copyOf(all));
  }
}
