package dev.sluice.bench.chaos;

import dev.sluice.bench.gateway.DeadlineHeader;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers of all kinds at even paces, whatever becomes of earlier calls. They tell the gateway
 * their deadlines and keep them not, so that it is seen when it does not. Owns its threads and its
 * channel.
 */
final class MixedLoad implements AutoCloseable {

  static final String COLLECTION = "chaos";

  /** How long after its deadline a call is given up. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

  /** How long before its deadline the gateway may break a call off. */
  private static final long EARLY = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int DOCUMENTS = 40;

  private final ManagedChannel channel;
  private final Watch watch;
  private final Ledger ledger = new Ledger(new Random(30));
  private final AtomicLong last = new AtomicLong(System.nanoTime());
  private final ScheduledExecutorService guard =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final Searches searches;
  private final Answers answers;
  private final Writes writes;
  private final Reads reads;
  private volatile boolean running;
  private volatile boolean closed;
  private volatile boolean keepsDeadlines;

  /**
   * @param port of the gateway, or of a link to it
   * @param written what language models write; empty where there are none
   */
  MixedLoad(int port, Watch watch, String written) {
    this.watch = watch;
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    searches = new Searches(of(Kind.SEARCH), ledger);
    answers = new Answers(of(Kind.ANSWER), ledger, written);
    writes = new Writes(of(Kind.UPSERT), ledger);
    reads = new Reads(of(Kind.READ), ledger);
  }

  private Channel of(Kind kind) {
    return ClientInterceptors.intercept(channel, new DeadlineHeader(kind.deadline()));
  }

  /** Stores the first documents and begins to call. */
  void start() {
    var _ =
        CollectionServiceGrpc.newBlockingStub(channel)
            .withWaitForReady()
            .withDeadlineAfter(1, TimeUnit.MINUTES)
            .createCollection(
                CreateCollectionRequest.newBuilder().setCollection(COLLECTION).build());
    for (int i = 0; i < DOCUMENTS; i++) {
      Ending ending = writes.create();
      if (!ending.code().equals(Call.OK)) {
        throw new IllegalStateException("the first documents were not stored: " + ending);
      }
    }
    for (Kind kind : Kind.values()) {
      Thread.startVirtualThread(() -> pace(kind));
    }
    running = true;
  }

  private void pace(Kind kind) {
    long due = System.nanoTime();
    while (!closed) {
      due += kind.gap();
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      if (running) {
        long begun =
            last.accumulateAndGet(System.nanoTime(), (before, now) -> Math.max(before + 1, now));
        watch.begins(begun);
        Thread.startVirtualThread(() -> watch.ends(call(kind, begun)));
      }
    }
  }

  private Call call(Kind kind, long begun) {
    Context.CancellableContext context = Context.ROOT.withCancellation();
    long patience = kind.deadline() + (keepsDeadlines ? 0 : PATIENCE);
    var timer =
        guard.schedule(
            () -> context.cancel(Status.DEADLINE_EXCEEDED.asException()),
            patience,
            TimeUnit.NANOSECONDS);
    Ending ending;
    try {
      ending = context.call(() -> ending(kind));
    } catch (Exception e) { // the outermost frame of a call
      ending = Ending.failed(e);
    } finally {
      timer.cancel(false);
      context.cancel(null);
    }
    long nanos = System.nanoTime() - begun;
    String code = code(ending.code(), nanos >= kind.deadline() - EARLY);
    return new Call(kind, begun, nanos, code, ending.effects(), ending.wrong());
  }

  /** A call that is broken off at its deadline: its caller would say by whose deadline. */
  private static String code(String code, boolean atItsDeadline) {
    return code.equals("CANCELLED") && atItsDeadline ? "DEADLINE_EXCEEDED" : code;
  }

  private Ending ending(Kind kind) {
    return switch (kind) {
      case SEARCH -> searches.call();
      case ANSWER -> answers.call();
      case EMBED -> reads.embed();
      case UPSERT -> writes.upsert();
      case DELETE -> writes.delete();
      case READ -> reads.read();
    };
  }

  /**
   * Whether callers give their calls up at their deadlines, as where no gateway is left to do so.
   */
  void keepDeadlines(boolean now) {
    keepsDeadlines = now;
  }

  void resume() {
    running = true;
  }

  /** Makes no calls for now and waits for those under way. */
  boolean pause() throws InterruptedException {
    running = false;
    return watch.awaitQuiet(Duration.ofSeconds(30));
  }

  /** Documents that are not as they were acknowledged, while it pauses. */
  List<String> lost() {
    return Reads.lost(channel, ledger);
  }

  @Override
  public void close() {
    closed = true;
    running = false;
    channel.shutdownNow();
    guard.shutdownNow();
  }
}
