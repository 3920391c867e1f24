package dev.sluice.bench.soak;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Some callers who act at random, one thing after the other; one call in five is made over a
 * connection of its own, which is broken off afterwards. Owns the channels.
 */
final class SoakLoad implements AutoCloseable {

  private static final int CALLERS = 6;
  private static final int OWN_CONNECTION = 5;
  private static final long PAUSE_MILLIS = 20;
  private static final int WEIGHTS = Arrays.stream(Action.values()).mapToInt(Action::weight).sum();

  private final String gateway;
  private final SoakTexts texts;
  private final ManagedChannel shared;
  private final Map<Action, Map<String, LongAdder>> endings = new ConcurrentHashMap<>();

  SoakLoad(String gateway, SoakTexts texts) {
    this.gateway = gateway;
    this.texts = texts;
    this.shared = open();
  }

  private ManagedChannel open() {
    return NettyChannelBuilder.forTarget(gateway).usePlaintext().build();
  }

  ManagedChannel channel() {
    return shared;
  }

  /** Has the callers act for so long, and waits until the last call has ended. */
  void run(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        threads.execute(() -> {
          while (System.nanoTime() - end < 0) {
            act();
          }
        });
      }
    }
  }

  private void act() {
    boolean own = ThreadLocalRandom.current().nextInt(OWN_CONNECTION) == 0;
    ManagedChannel channel = own ? open() : shared;
    Action action = chosen();
    try {
      action.on(channel, texts);
      count(action, Status.Code.OK.name());
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(PAUSE_MILLIS));
    } catch (StatusRuntimeException e) {
      count(action, e.getStatus().getCode().name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) { // no call may end so: it is counted, and its caller goes on
      count(action, e.getClass().getSimpleName());
      System.err.println(action + ": " + e);
    } finally {
      if (own) {
        channel.shutdownNow();
      }
    }
  }

  private static Action chosen() {
    int at = ThreadLocalRandom.current().nextInt(WEIGHTS);
    for (Action action : Action.values()) {
      at -= action.weight();
      if (at < 0) {
        return action;
      }
    }
    return Action.SEARCH;
  }

  private void count(Action action, String ending) {
    endings
        .computeIfAbsent(action, each -> new ConcurrentHashMap<>())
        .computeIfAbsent(ending, each -> new LongAdder())
        .increment();
  }

  /** What became of the calls so far. */
  List<Calls> calls() {
    return Arrays.stream(Action.values()).map(this::calls).toList();
  }

  private Calls calls(Action action) {
    Map<String, Long> counts = new HashMap<>();
    endings.getOrDefault(action, Map.of()).forEach((ending, sum) -> counts.put(ending, sum.sum()));
    return new Calls(action, counts);
  }

  @Override
  public void close() {
    shared.shutdownNow();
  }
}
