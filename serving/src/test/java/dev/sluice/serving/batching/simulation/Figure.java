package dev.sluice.serving.batching.simulation;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One number on one workload by which servers are compared; more is better. */
interface Figure {

  /** As "capacity". */
  String name();

  Workload workload();

  double of(PolicyFactory policy, long... seeds);

  /** The best of a grid, all seeds counted together. */
  Setting best(List<Setting> grid, long... seeds);

  /** The largest load at which 99 % of every kind are in time. */
  record Load(String name, Workload workload, Accelerator accelerator) implements Figure {

    @Override
    public double of(PolicyFactory policy, long... seeds) {
      return Capacity.of(policy, workload, accelerator, seeds);
    }

    @Override
    public Setting best(List<Setting> grid, long... seeds) {
      return Capacity.best(grid, workload, accelerator, seeds).setting();
    }
  }

  /** Work answered in time at a load, as a part of what the accelerator could do. */
  record Goodput(Workload workload, double load, Accelerator accelerator) implements Figure {

    @Override
    public String name() {
      return String.format(Locale.ROOT, "goodput at %.1f", load);
    }

    @Override
    public double of(PolicyFactory policy, long... seeds) {
      return FullRun.sustained(policy, workload, load, accelerator, seeds);
    }

    @Override
    public Setting best(List<Setting> grid, long... seeds) {
      return argMax(setting -> FullRun.goodput(setting, workload, load, accelerator, seeds), grid);
    }
  }

  /** The part met of all victims while another tenant floods. */
  record Victims(Workload workload, double load, Accelerator accelerator) implements Figure {

    @Override
    public String name() {
      return String.format(Locale.ROOT, "victims at %.1f", load);
    }

    @Override
    public double of(PolicyFactory policy, long... seeds) {
      return FullRun.victims(policy, workload, load, accelerator, seeds);
    }

    @Override
    public Setting best(List<Setting> grid, long... seeds) {
      return argMax(setting -> of(setting, seeds), grid);
    }
  }

  private static Setting argMax(ToDoubleFunction<Setting> figure, List<Setting> grid) {
    record Scored(Setting setting, double score) {}
    return grid.parallelStream()
        .map(setting -> new Scored(setting, figure.applyAsDouble(setting)))
        .max(Comparator.comparingDouble(Scored::score))
        .orElseThrow()
        .setting();
  }
}
