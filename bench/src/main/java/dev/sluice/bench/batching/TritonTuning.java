package dev.sluice.bench.batching;

import dev.sluice.bench.batching.Padding.Piece;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.batching.simulation.Arrival;
import dev.sluice.serving.inference.fake.Call;
import dev.sluice.serving.inference.fake.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.LongStream;

/**
 * Finds the best setting of Triton for a workload: the very batcher and accelerator that are
 * measured afterwards, under a virtual clock.
 */
final class TritonTuning {

  private static final long RUN_NANOS = 300_000_000_000L;
  private static final int SEEDS = 3;
  private static final double STEP = 1.6;

  /** Away from the seeds that are measured. */
  private static final long FIRST_SEED = 1_000_000;

  private final Workload workload;
  private final Accelerator accelerator;

  TritonTuning(Workload workload, Accelerator accelerator) {
    this.workload = workload;
    this.accelerator = accelerator;
  }

  /** A setting and the load that it carries. */
  record Tuned(TritonSetting setting, double capacity) {}

  Tuned best(Padding padding) {
    return TritonSetting.grid(padding).parallelStream()
        .map(setting -> new Tuned(setting, capacity(setting)))
        .max(Comparator.comparingDouble(Tuned::capacity))
        .orElseThrow();
  }

  private double capacity(TritonSetting setting) {
    return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
        .mapToDouble(seed -> Capacity.of(load -> carries(setting, load, seed), 0.1, STEP))
        .average()
        .orElseThrow();
  }

  private boolean carries(TritonSetting setting, double load, long seed) {
    List<Arrival> trace = workload.trace(workload.rate(load, accelerator), RUN_NANOS, seed);
    return !new Run(setting, Device.triton(accelerator, setting.config(), seed), trace)
        .run()
        .failed();
  }

  /** One run under a virtual clock. */
  private static final class Run {
    private final TritonSetting setting;
    private final Device device;
    private final List<Arrival> trace;
    private final Tally tally;
    private final PriorityQueue<Request> waiting =
        new PriorityQueue<>(Comparator.comparingLong(request -> request.arrival.deadline()));
    private long now;

    Run(TritonSetting setting, Device device, List<Arrival> trace) {
      this.setting = setting;
      this.device = device;
      this.trace = trace;
      this.tally = new Tally(trace, 0);
    }

    Tally run() {
      for (Arrival arrival : trace) {
        if (tally.failed()) {
          return tally;
        }
        passUntil(arrival.at());
        send(arrival);
      }
      passUntil(Long.MAX_VALUE - 1);
      return tally;
    }

    private void passUntil(long at) {
      while (true) {
        long wake = device.advance(now);
        long deadline = waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().arrival.deadline();
        long next = Math.min(wake, deadline);
        if (next > at) {
          now = Math.max(now, at);
          return;
        }
        now = Math.max(next, now);
        while (!waiting.isEmpty() && waiting.peek().arrival.deadline() <= now) {
          waiting.remove().giveUp();
        }
      }
    }

    private void send(Arrival arrival) {
      Request request = new Request(arrival);
      for (Piece piece : setting.padding().pieces(arrival.lengths(), setting.maxBatch())) {
        request.missing++;
        request.calls.add(
            new Call(
                piece.lengths().size(),
                piece.columns(),
                piece.tokens(),
                0,
                status -> request.answered()));
      }
      waiting.add(request);
      request.calls.forEach(call -> device.send(call, now));
    }

    private final class Request {
      final Arrival arrival;
      final List<Call> calls = new ArrayList<>();
      int missing;

      Request(Arrival arrival) {
        this.arrival = arrival;
      }

      void answered() {
        missing--;
        if (missing == 0 && now <= arrival.deadline()) {
          waiting.remove(this);
          tally.ended(arrival, Ending.ANSWERED, now);
        }
      }

      void giveUp() {
        calls.forEach(Call::cancel);
        tally.ended(arrival, Ending.FAILED, now);
      }
    }
  }
}
