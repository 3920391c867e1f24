package dev.sluice.serving.batching.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Our policy against the servers in use, each of them at the best of its settings for every single
 * figure. Best settings are found over all seeds together; figures are medians over seeds.
 */
public final class Report {

  /** How ours is called in a {@link Finding}. */
  public static final String OURS = "Sluice";

  private static final Accelerator PADDED = Accelerator.GPU;
  private static final Accelerator PACKED = Accelerator.GPU.packed();
  private static final double[] LOADS = {0.7, 1, 1.5, 3};
  private static final double FLOOD = 1.3;

  private final Setting ours;
  private final Texts texts;
  private final long[] seeds;
  private final Consumer<String> progress;

  /**
   * @param progress told what is being measured
   */
  public Report(PolicyFactory ours, Texts texts, long[] seeds, Consumer<String> progress) {
    this.ours = new Setting(OURS, "none", ours);
    this.texts = texts;
    this.seeds = seeds.clone();
    this.progress = progress;
  }

  /** Measures everything: some minutes. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    List<Setting> settings = new ArrayList<>(Baselines.all());
    settings.addAll(Baselines.idealised());
    for (Workload workload : Workload.all(texts)) {
      findings.addAll(compare(new Figure.Load("capacity", workload, PADDED), settings));
    }
    for (Workload workload : Workload.all(texts)) {
      findings.addAll(compare(new Figure.Load("capacity packed", workload, PACKED), settings));
    }
    findings.addAll(twoMachines(Workload.embedMix(texts)));
    findings.addAll(twoMachines(Workload.embedMix(texts).bursty()));
    for (Workload workload : Workload.all(texts).subList(0, 4)) {
      findings.addAll(overload(workload));
    }
    return findings;
  }

  private List<Finding> overload(Workload workload) {
    List<Setting> settings = Baselines.guarded();
    List<Finding> findings = new ArrayList<>();
    for (double load : LOADS) {
      findings.addAll(compare(new Figure.Goodput(workload, load, PADDED), settings));
    }
    findings.addAll(compare(new Figure.Victims(workload, FLOOD, PADDED), settings));
    return findings;
  }

  private List<Finding> compare(Figure figure, List<Setting> settings) {
    progress.accept(figure.workload().title() + ", " + figure.name());
    Spread our = Spread.of(seeds, seed -> figure.of(ours, seed));
    List<Finding> findings = new ArrayList<>();
    for (List<Setting> grid : byServer(settings)) {
      Setting best = figure.best(grid, seeds);
      Spread spread = Spread.of(seeds, seed -> figure.of(best, seed));
      findings.add(finding(figure, best, spread, our));
    }
    findings.add(finding(figure, ours, our, our));
    return findings;
  }

  private static Finding finding(Figure figure, Setting setting, Spread spread, Spread our) {
    return new Finding(
        figure.workload().title(),
        figure.name(),
        setting.server(),
        setting.knobs(),
        spread,
        our.median() / spread.median());
  }

  private static Collection<List<Setting>> byServer(List<Setting> settings) {
    Map<String, List<Setting>> servers = new LinkedHashMap<>();
    for (Setting setting : settings) {
      servers.computeIfAbsent(setting.server(), name -> new ArrayList<>()).add(setting);
    }
    return servers.values();
  }

  /**
   * Ours on one machine for all against others on two, one machine for queries and one for the
   * ingest, each with the best of all servers.
   */
  private List<Finding> twoMachines(Workload mix) {
    progress.accept(mix.title() + ", two machines");
    Workload queries = mix.only("query");
    Workload ingest = mix.only("ingest");
    Setting one = Capacity.best(Baselines.all(), queries, PADDED, seeds).setting();
    Setting other = Capacity.best(Baselines.all(), ingest, PADDED, seeds).setting();
    Spread pair =
        Spread.of(
            seeds,
            seed ->
                Math.min(
                    Capacity.of(one, queries, PADDED, seed),
                    Capacity.of(other, ingest, PADDED, seed)));
    Figure figure = new Figure.Load("two machines", mix, PADDED);
    Setting both = new Setting("one for each kind", one + " | " + other, one);
    Spread our = Spread.of(seeds, seed -> figure.of(ours, seed));
    return List.of(finding(figure, both, pair, our), finding(figure, ours, our, our));
  }
}
