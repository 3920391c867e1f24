package dev.sluice.serving.network;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the calls whose request does not come in time (of a stream, its first message), those of
 * which a message is larger than their method takes, as soon as so much of it has come, and those
 * whose bytes are more than the server holds. What has come of a message is kept until it is whole:
 * a call that never sends the rest costs its sender nothing. To stand inside of what makes sure
 * that a call ends once, and of all that is to know how. Owns a thread.
 */
public final class ArrivingRequests implements ServerInterceptor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ArrivingRequests.class);
  private static final Context.Key<Arrival> ARRIVAL = Context.key("sluice-arrival");
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final ToIntFunction<String> most;
  private final HeldBytes held;
  private final Duration longest;
  private final Set<Arrival> awaited = ConcurrentHashMap.newKeySet();
  private final Thread looking;
  private volatile boolean closed;

  /**
   * @param most bytes of a message, by the full name of the method
   * @param held bytes of all calls
   * @param longest that a request, or the first message of a stream, may take
   */
  public ArrivingRequests(
      String server, ToIntFunction<String> most, HeldBytes held, Duration longest) {
    this.most = most;
    this.held = held;
    this.longest = longest;
    this.looking = Thread.ofVirtual().name(server + "-arrivals").start(this::look);
  }

  /**
   * To see the bytes of all calls.
   *
   * @param tenant whose a call is, by its metadata; asked for large requests only
   */
  public ServerStreamTracer.Factory counting(Function<Metadata, String> tenant) {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Arrival(
            new CallBytes(most.applyAsInt(method), held, () -> tenant.apply(headers)));
      }
    };
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Arrival arrival = ARRIVAL.get();
    if (arrival == null) {
      return next.startCall(call, headers);
    }
    arrival.await(call);
    boolean stream = !call.getMethodDescriptor().getType().clientSendsOneMessage();
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (stream) {
          arrival.came();
        }
        super.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        arrival.came();
        super.onHalfClose();
      }
    };
  }

  /** Calls whose request is awaited. */
  int awaited() {
    return awaited.size();
  }

  private void look() {
    while (!closed) {
      LockSupport.parkNanos(LOOK_NANOS);
      long now = System.nanoTime();
      awaited.stream().filter(call -> call.isLate(now)).forEach(ArrivingRequests::endLate);
    }
  }

  /** One call that cannot be ended keeps no other from it. */
  private static void endLate(Arrival call) {
    try {
      call.late();
    } catch (RuntimeException e) {
      LOG.error("a call whose request does not come could not be ended", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(looking);
  }

  /** What comes of a call's request. */
  private final class Arrival extends ServerStreamTracer {

    private final CallBytes bytes;
    private final long beganAt = System.nanoTime();
    private boolean over;
    private volatile @Nullable ServerCall<?, ?> call;

    Arrival(CallBytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(ARRIVAL, this);
    }

    synchronized void await(ServerCall<?, ?> asked) {
      call = asked;
      if (!over) {
        awaited.add(this);
      }
    }

    /** It is here, or nobody waits for it any more. */
    synchronized void came() {
      over = true;
      awaited.remove(this);
    }

    @Override
    public void streamClosed(Status status) {
      came();
      call = null;
      bytes.letGo();
    }

    @Override
    public void inboundWireSize(long more) {
      bytes.came(more).ifPresent(this::end);
    }

    /** A message is whole; a stream may be read ahead before it is handed over. */
    @Override
    public void inboundMessageRead(int number, long wireBytes, long bytesOfIt) {
      bytes.letGo();
    }

    @Override
    public void inboundUncompressedSize(long more) {
      bytes.unpacked(more).ifPresent(this::end);
    }

    boolean isLate(long now) {
      return now - beganAt > longest.toNanos();
    }

    void late() {
      end(
          new Failure.DeadlineExceeded(
              "the request did not come within " + longest.toSeconds() + " s"));
    }

    private void end(Failure failure) {
      ServerCall<?, ?> ended = call;
      if (ended != null) {
        call = null;
        came();
        StatusRuntimeException answer = FailureStatus.exception(failure);
        Metadata trailers = Status.trailersFromThrowable(answer);
        ended.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
      }
    }
  }
}
