package dev.sluice.standalone.cli;

import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.eval.Baseline;
import dev.sluice.standalone.eval.Comparison;
import dev.sluice.standalone.eval.EvalCorpus;
import dev.sluice.standalone.eval.EvalData;
import dev.sluice.standalone.eval.EvalQuery;
import dev.sluice.standalone.eval.EvalSetup;
import dev.sluice.standalone.eval.FreshCollection;
import dev.sluice.standalone.eval.RetrievalEvaluation;
import dev.sluice.standalone.eval.RetrievalReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures searches and compares them with an earlier run, if there is one to compare with. */
final class SearchQuality {

  private final EvalData data;
  private final List<EvalQuery> judged;
  private final String corpusFingerprint;
  private final String queriesFingerprint;
  private final Optional<Baseline> baseline;
  private final BaselineOptions options;
  private final Console console;

  /** Reads the data set and the baseline; what does not fit together fails here. */
  SearchQuality(EvalData data, int limit, BaselineOptions options, Console console) {
    this.data = data;
    this.judged = data.judged(limit);
    this.corpusFingerprint = data.files().fingerprint();
    this.queriesFingerprint = data.fingerprint(judged);
    this.baseline = options.read();
    this.options = options;
    this.console = console;
    baseline.ifPresent(
        before -> before.requireSame(corpusFingerprint, queriesFingerprint, judged.size()));
  }

  /** The report of a run, and what it is compared with the baseline. */
  record Result(RetrievalReport report, Optional<Comparison> comparison) {

    /** For people. */
    List<String> lines() {
      List<String> lines = new ArrayList<>(report.lines());
      comparison.ifPresent(differences -> {
        lines.add("");
        lines.addAll(differences.lines());
      });
      return lines;
    }
  }

  Result measure(Gateway gateway) throws InterruptedException {
    RetrievalReport report =
        new FreshCollection(gateway, data.files().corpus(), console)
            .measure(stored -> measure(gateway, stored));
    return new Result(report, baseline.map(before -> before.compare(report)));
  }

  private RetrievalReport measure(Gateway gateway, EvalCorpus stored) throws InterruptedException {
    long began = System.nanoTime();
    String unknown = data.unknown(stored);
    if (!unknown.isEmpty()) {
      console.warn(unknown);
    }
    EvalSetup setup = EvalSetup.read(gateway, stored.collection(), BuildVersion.number());
    return new RetrievalReport(
        new RetrievalEvaluation(gateway, stored.collection(), data.judgements())
            .run(judged, console),
        stored.ids().size(),
        stored.skipped(),
        corpusFingerprint,
        queriesFingerprint,
        setup,
        (System.nanoTime() - began) / 1e9);
  }

  /** Says which scores dropped too far; true when none did. */
  boolean holds(Result result) {
    List<String> drops =
        result
            .comparison()
            .map(found -> found.drops(options.maxDrop(), options.significant()))
            .orElse(List.of());
    drops.forEach(console::note);
    return drops.isEmpty();
  }
}
