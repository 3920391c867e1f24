package dev.sluice.serving.caller;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a service tells the gateway of a call, however it ends, in a trailer for each {@link Figure}
 * of which there is anything to tell.
 */
public final class CallReport {

  /** What is told. */
  @SuppressWarnings("ImmutableEnumChecker") // keys of metadata do not change
  public enum Figure {
    /** Tokens that models read and wrote for the call. What a cache knew cost none. */
    TOKENS("sluice-tokens"),
    /** Nanoseconds that the call waited for its turn: for a thread, and for its batches. */
    QUEUE_NANOS("sluice-queue-nanos");

    private final Metadata.Key<String> key;

    Figure(String name) {
      this.key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** For the gateway: takes it out of the trailers of a service of ours, if it is there. */
    public OptionalLong takeFrom(Metadata trailers) {
      String written = trailers.get(key);
      trailers.discardAll(key);
      return parse(written);
    }

    private static OptionalLong parse(@Nullable String written) {
      if (written == null) {
        return OptionalLong.empty();
      }
      try {
        return OptionalLong.of(Math.max(0, Long.parseLong(written)));
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    }
  }

  private static final Context.Key<Map<Figure, LongAdder>> SUMS = Context.key("sluice-call-report");

  private CallReport() {}

  /** So much more of the current call; outside of calls this does nothing. */
  public static void add(Figure figure, long more) {
    Map<Figure, LongAdder> sums = SUMS.get();
    LongAdder sum = sums == null ? null : sums.get(figure);
    if (sum != null) {
      sum.add(more);
    }
  }

  /** For the services: sends what was added during a call. */
  public static ServerInterceptor sender() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Map<Figure, LongAdder> sums = none();
        var reporting =
            new SimpleForwardingServerCall<>(call) {
              @Override
              public void close(Status status, Metadata trailers) {
                write(sums, trailers);
                super.close(status, trailers);
              }
            };
        return Contexts.interceptCall(
            Context.current().withValue(SUMS, sums), reporting, headers, next);
      }
    };
  }

  private static Map<Figure, LongAdder> none() {
    Map<Figure, LongAdder> sums = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      sums.put(figure, new LongAdder());
    }
    return sums;
  }

  private static void write(Map<Figure, LongAdder> sums, Metadata trailers) {
    sums.forEach((figure, sum) -> {
      if (sum.sum() > 0) {
        trailers.put(figure.key, Long.toString(sum.sum()));
      }
    });
  }
}
