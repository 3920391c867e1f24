package dev.sluice.serving.batching;

import dev.sluice.serving.batching.BatchScheduler.Decision;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.batching.simulation.Arrival;
import dev.sluice.serving.batching.simulation.Item;
import dev.sluice.serving.batching.simulation.Policy;
import dev.sluice.serving.caller.Caller;
import dev.sluice.type.v1.Priority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The production scheduler, driven by the simulation's clock. Nothing is tuned. */
public final class SchedulerPolicy implements Policy {

  private static final int MAX_ITEMS = 1024;
  private static final long MAX_TOKENS = 16384;
  private static final long MAX_QUEUED_TOKENS = 1 << 20;

  private final BatchScheduler<Item, Boolean> scheduler;
  private final IdentityHashMap<List<Item>, Batch<Item, Boolean>> running = new IdentityHashMap<>();
  private final Map<BatchRequest<Item, Boolean>, Arrival> arrivals = new HashMap<>();
  private final List<Arrival> dropped = new ArrayList<>();

  public SchedulerPolicy(Accelerator accelerator) {
    scheduler =
        new BatchScheduler<>(
            new BatchLimits(
                1,
                accelerator.slots(),
                MAX_ITEMS,
                MAX_TOKENS,
                accelerator.padded(),
                MAX_QUEUED_TOKENS),
            0);
    scheduler.roundTrips(new long[] {accelerator.roundTrip()});
  }

  @Override
  public boolean arrive(Arrival arrival, long now) {
    List<Item> items =
        IntStream.range(0, arrival.lengths().size())
            .mapToObj(index -> new Item(arrival, index))
            .toList();
    int[] lengths = arrival.lengths().stream().mapToInt(Integer::intValue).toArray();
    var caller =
        new Caller(arrival.tenant(), arrival.bulk() ? Priority.BULK : Priority.INTERACTIVE);
    var request = new BatchRequest<Item, Boolean>(caller, items, lengths, now, arrival.deadline());
    if (scheduler.offer(request, now).isPresent()) {
      return false;
    }
    arrivals.put(request, arrival);
    return true;
  }

  @Override
  public Step next(long now) {
    Decision<Item, Boolean> decision = scheduler.next(now);
    decision
        .dropped()
        .forEach(request -> {
          Arrival arrival = arrivals.remove(request);
          if (arrival != null) {
            dropped.add(arrival);
          }
        });
    return switch (decision) {
      case Decision.Run<Item, Boolean>(var batch, var ignored) -> {
        List<Item> items = batch.inputs();
        running.put(items, batch);
        yield new Step.Run(batch.slot().index(), items);
      }
      case Decision.Wait<Item, Boolean>(long until, var ignored) -> new Step.Wait(until);
    };
  }

  @Override
  public List<Arrival> dropped() {
    List<Arrival> all = List.copyOf(dropped);
    dropped.clear();
    return all;
  }

  @Override
  public void completed(int slot, List<Item> items, long now) {
    Batch<Item, Boolean> batch = running.remove(items);
    if (batch == null) {
      throw new IllegalStateException("a batch that was not sent came back");
    }
    scheduler.finished(batch, now);
    batch.requests().stream()
        .filter(request -> request.progress.unfinished == 0)
        .forEach(arrivals::remove);
  }

  /** What it learned and how it stands, for a person who looks at a run. */
  public String state(long now) {
    return scheduler.learned(now).toString();
  }
}
