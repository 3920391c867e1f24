package dev.sluice.serving.inference.fake;

import dev.sluice.serving.batching.simulation.Accelerator;
import io.grpc.Status;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * An accelerator with a queue before it. Pure: what happens is what {@link #advance} is told the
 * time for; all times in nanoseconds. Guarded by its caller.
 */
public final class Device {

  private final Accelerator accelerator;
  private final Scheduling scheduling;
  private final Random noise;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private int idle;
  private long numbers;
  private long batches;
  private long rows;
  private long tokens;
  private long paddedTokens;
  private long timerError;

  /** Something that happens at a time; those of the same time in the order of their numbers. */
  private record Event(long at, long number, LongConsumer action) {}

  private Device(Accelerator accelerator, Scheduling scheduling, long seed) {
    this.accelerator = accelerator;
    this.scheduling = scheduling;
    this.noise = new Random(seed);
    this.idle = accelerator.slots();
  }

  /** Runs each call as it was sent. */
  public static Device asSent(Accelerator accelerator, long seed) {
    return new Device(accelerator, new AsSent(), seed);
  }

  /** Batches calls as Triton does. */
  public static Device triton(Accelerator accelerator, TritonConfig config, long seed) {
    return new Device(accelerator, new TritonBatching(config, accelerator.slots()), seed);
  }

  /** A call is sent: it reaches the queue half a round trip later. */
  public void send(Call call, long now) {
    at(now + half(), at -> queue(call, at));
  }

  /** Does something after a whole round trip. */
  void echo(Runnable answer, long now) {
    at(now + accelerator.roundTrip(), at -> answer.run());
  }

  /**
   * Lets everything happen that is due.
   *
   * @return when to be told the time again at the latest
   */
  public long advance(long now) {
    long wake;
    do {
      while (!events.isEmpty() && events.peek().at() <= now) {
        events.remove().action().accept(now);
      }
      wake = schedule(now);
    } while (!events.isEmpty() && events.peek().at() <= now);
    return events.isEmpty() ? wake : Math.min(wake, events.peek().at());
  }

  private long schedule(long now) {
    while (true) {
      long wake = scheduling.advance(now, idle);
      scheduling
          .expired()
          .forEach(call ->
              end(call, Status.UNAVAILABLE.withDescription("Request timeout expired"), now));
      List<Call> batch = idle > 0 ? scheduling.take(now) : List.of();
      if (batch.isEmpty()) {
        return wake;
      }
      start(batch, now);
    }
  }

  private void queue(Call call, long now) {
    call.queued(now);
    if (!scheduling.offer(call, now)) {
      end(call, Status.UNAVAILABLE.withDescription("Exceeds maximum queue size"), now);
    }
  }

  private void start(List<Call> batch, long now) {
    int items = batch.stream().mapToInt(Call::rows).sum();
    int longest = batch.stream().mapToInt(Call::columns).max().orElseThrow();
    long real = batch.stream().mapToLong(Call::tokens).sum();
    idle--;
    batches++;
    rows += items;
    tokens += real;
    paddedTokens += (long) items * longest;
    long due = now + accelerator.run(items, longest, real, noise);
    at(due, at -> finish(batch, due, at));
  }

  private void finish(List<Call> batch, long due, long now) {
    idle++;
    timerError += now - due;
    batch.forEach(call -> end(call, Status.OK, now));
  }

  private void end(Call call, Status status, long now) {
    at(now + half(), at -> call.end(status));
  }

  private long half() {
    return accelerator.roundTrip() / 2;
  }

  private void at(long at, LongConsumer action) {
    events.add(new Event(at, numbers++, action));
  }

  /** What it did so far. */
  Counts counts(long calls, long cancelled) {
    return new Counts(
        calls,
        cancelled,
        batches,
        rows,
        tokens,
        paddedTokens,
        batches == 0 ? 0 : timerError / batches);
  }
}
