package dev.sluice.gateway.grounding;

import java.util.List;
import java.util.function.Function;

/**
 * The texts that an answer may quote. Words that stand in another text than the one they are
 * credited to are true evidence all the same, and are found there: docs/decisions/0012. For one
 * thread.
 */
public final class Evidence {

  /**
   * Where a quote was found.
   *
   * @param source its place in the evidence; where it was found nowhere, the one it was credited to
   */
  public record Place(int source, Found found) {

    public static final Place NOWHERE = new Place(-1, Found.NOWHERE);
  }

  private final List<EvidenceText> sources;
  private final List<QuoteCheck> checks;
  private final Effort effort;
  private final Runnable pause;

  public Evidence(List<EvidenceText> sources, Effort effort) {
    this(sources, effort, () -> {});
  }

  /**
   * @param pause run before each text is looked through; what it throws ends the search
   */
  Evidence(List<EvidenceText> sources, Effort effort, Runnable pause) {
    this.sources = List.copyOf(sources);
    this.checks = sources.stream().map(source -> new QuoteCheck(source.text())).toList();
    this.effort = effort;
    this.pause = pause;
  }

  public EvidenceText source(int index) {
    return sources.get(index);
  }

  int size() {
    return sources.size();
  }

  /** Whether some misspelled words were not looked for. */
  public boolean isIncomplete() {
    return effort.isSpent();
  }

  /** Looks in the text that the quote is credited to, then for proof in the others. */
  public Place find(String quote, int credited) {
    Place there = new Place(credited, Found.NOWHERE);
    if (credited >= 0 && credited < size()) {
      there = at(credited, check -> check.same(quote));
    }
    if (!there.found().proves() && QuoteCheck.tells(quote)) {
      Place elsewhere = best(check -> check.same(quote));
      there = elsewhere.found().proves() ? elsewhere : there;
    }
    return there.found().exists() || credited < 0 || credited >= size()
        ? there
        : at(credited, check -> check.misspelled(quote, effort));
  }

  /** Looks in all texts: for proof first, then for words like these. */
  Place find(String quote) {
    Place same = best(check -> check.same(quote));
    return same.found().exists() ? same : best(check -> check.misspelled(quote, effort));
  }

  /** The first proof, else the first place that is like it. */
  private Place best(Function<QuoteCheck, Found> search) {
    Place best = new Place(0, Found.NOWHERE);
    for (int i = 0; i < size() && !best.found().proves(); i++) {
      Place place = at(i, search);
      if (place.found().proves() || !best.found().exists()) {
        best = place;
      }
    }
    return best;
  }

  private Place at(int index, Function<QuoteCheck, Found> search) {
    pause.run();
    return new Place(index, search.apply(checks.get(index)));
  }
}
