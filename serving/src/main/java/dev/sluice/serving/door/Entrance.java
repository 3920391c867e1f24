package dev.sluice.serving.door;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of a server come in. The {@link Door} is asked on the thread that moves bytes.
 * Calls that it refuses end there: they never wait for a thread behind the work of those that it
 * let in. All others run on the server's executor, which it does not own.
 */
public final class Entrance {

  private static final Context.Key<Visit> VISIT = Context.key("sluice-visit");
  private static final Executor HERE = Runnable::run;

  private final Door door;
  private final Executor executor;
  private final Set<String> guarded = ConcurrentHashMap.newKeySet();

  public Entrance(Door door, Executor executor) {
    this.door = door;
    this.executor = executor;
  }

  /** Has the door asked for the calls of a service. Others are let in. */
  public void guard(String service) {
    guarded.add(service);
  }

  /** Puts this in front of a server. */
  public NettyServerBuilder before(NettyServerBuilder server) {
    return server
        .directExecutor()
        .callExecutor(
            new ServerCallExecutorSupplier() {
              @Override
              public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
                return executorOf(call, headers);
              }
            })
        .addStreamTracerFactory(
            new ServerStreamTracer.Factory() {
              @Override
              public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new Visit();
              }
            });
  }

  private Executor executorOf(ServerCall<?, ?> call, Metadata headers) {
    String service = call.getMethodDescriptor().getServiceName();
    Visit visit = VISIT.get();
    if (visit == null || service == null || !guarded.contains(service)) {
      return executor;
    }
    try {
      visit.began(door.enter(call.getMethodDescriptor(), headers, Context.current().getDeadline()));
      return executor;
    } catch (Failure refusal) {
      visit.refusal = refusal;
      return HERE;
    }
  }

  /** Ends the calls that were refused; to stand inside of what turns failures into statuses. */
  public ServerInterceptor refusals() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Visit visit = VISIT.get();
        if (visit != null && visit.refusal != null) {
          throw visit.refusal;
        }
        if (visit != null) {
          visit.started();
        }
        return next.startCall(call, headers);
      }
    };
  }

  static Entry entry() {
    Visit visit = VISIT.get();
    return visit == null ? Entry.UNCOUNTED : visit.entry;
  }

  /** One call, from its first bytes until its stream is closed, in whatever way. */
  private static final class Visit extends ServerStreamTracer {

    private volatile Entry entry = Entry.UNCOUNTED;
    private volatile @Nullable Failure refusal;
    private final long cameAt = System.nanoTime();
    private @Nullable Status end;

    @Override
    public Context filterContext(Context context) {
      return context.withValue(VISIT, this);
    }

    /** It has a thread at last. */
    void started() {
      Entry.waited(System.nanoTime() - cameAt);
    }

    synchronized void began(Entry began) {
      entry = began;
      if (end != null) {
        began.left(end);
      }
    }

    @Override
    public synchronized void streamClosed(Status status) {
      end = status;
      entry.left(status);
    }
  }
}
