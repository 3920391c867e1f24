package dev.sluice.bench.overload;

import dev.sluice.standalone.load.PoissonArrivals;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Carries out one order. The calling thread keeps the times; owns some channels meanwhile. */
final class Load {

  private static final int CHANNELS = 4;

  /** One thread for all: it takes as little of the machine as may be from who is measured. */
  private static final EventLoopGroup MOVING =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("load", true), NioIoHandler.newFactory());

  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long GRACE_SECONDS = 10;
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Of callers in a closed loop who got no answer, so that they do not flood. */
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final LoadOrder order;
  private final Requests requests;
  private final MethodDescriptor<byte[], Integer> method;
  private final List<ManagedChannel> opened = new ArrayList<>();
  private final List<Channel> channels = new ArrayList<>();
  private final LoadTally tally = new LoadTally();
  private final Phaser inFlight = new Phaser(1);

  private Load(LoadOrder order, Requests requests) {
    this.order = order;
    this.requests = requests;
    this.method = order.kind().raw();
    for (int i = 0; i < CHANNELS; i++) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(order.target())
              .usePlaintext()
              .eventLoopGroup(MOVING)
              .channelType(NioSocketChannel.class)
              .directExecutor()
              .disableRetry()
              .build();
      opened.add(channel);
      channels.add(Headers.on(channel, order.headers()));
    }
  }

  /**
   * @param processor seconds that this process has worked
   * @param ended run when all calls of the load have ended, also while it is seen when all is well
   */
  static LoadFigures run(
      LoadOrder order, Requests requests, DoubleSupplier processor, Runnable ended)
      throws InterruptedException {
    Load load = new Load(order, requests);
    try {
      load.connect();
      double before = processor.getAsDouble();
      long start = System.nanoTime();
      if (order.rate() > 0) {
        load.open(start);
      } else {
        load.closed(start);
      }
      double worked = processor.getAsDouble() - before;
      Thread answers = Thread.ofVirtual().start(() -> load.awaitAnswers(ended));
      double recovery = load.recovery();
      answers.join();
      return load.tally.figures(order.seconds(), recovery, worked);
    } finally {
      load.opened.forEach(ManagedChannel::shutdownNow);
    }
  }

  /** So that no call waits for a connection. */
  private void connect() throws InterruptedException {
    long end = System.nanoTime() + CONNECT_NANOS;
    for (ManagedChannel channel : opened) {
      while (channel.getState(true) != ConnectivityState.READY && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
    }
  }

  private void open(long start) {
    var arrivals =
        new PoissonArrivals(order.rate(), (long) (order.seconds() * NANOS), order.seed());
    int number = 0;
    for (PrimitiveIterator.OfLong times = arrivals.times(); times.hasNext(); number++) {
      long due = start + times.nextLong();
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      send(number, due, Long.MAX_VALUE, null);
    }
  }

  private void closed(long start) {
    long end = start + (long) (order.seconds() * NANOS);
    for (int caller = 0; caller < order.callers(); caller++) {
      again(caller, end);
    }
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void again(int number, long end) {
    long now = System.nanoTime();
    if (now - end < 0) {
      send(number, now, end - now, () -> again(number + order.callers(), end));
    }
  }

  /**
   * @param counted nanoseconds from when it is due within which it must end to be counted: callers
   *     who wait would else get a call each more than there was time for
   */
  private void send(int number, long due, long counted, @Nullable Runnable then) {
    long sent = System.nanoTime();
    tally.sent(sent - due);
    inFlight.register();
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(
            order.kind().deadline().toNanos() - (sent - due), TimeUnit.NANOSECONDS);
    ClientCall<byte[], Integer> call = channels.get(number % CHANNELS).newCall(method, options);
    call.start(
        new CallOutcome((status, degradations) -> {
          long now = System.nanoTime();
          boolean inTime = now - due <= order.kind().deadline().toNanos();
          if (now - due <= counted) {
            tally.ended(status, degradations, now - due, now - sent, inTime);
          }
          inFlight.arriveAndDeregister();
          if (then != null) {
            Executor next = status.isOk() ? Runnable::run : LATER;
            next.execute(then);
          }
        }),
        new Metadata());
    call.request(1);
    call.sendMessage(requests.get(number));
    call.halfClose();
  }

  /** Seconds from now until calls are answered as usual, or why there are none. */
  private double recovery() throws InterruptedException {
    return order.normalMillis() == 0
        ? LoadFigures.NOT_ASKED
        : new Recovery(channels.getFirst(), method, requests, order).seconds();
  }

  private void awaitAnswers(Runnable ended) {
    int phase = inFlight.arriveAndDeregister();
    try {
      inFlight.awaitAdvanceInterruptibly(
          phase, order.kind().deadline().toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      System.err.println("calls had not ended long after their deadline: " + inFlight);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ended.run();
  }
}
