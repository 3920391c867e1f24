package dev.sluice.serving.caller;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Tells the gateway how many tokens a call cost, in a trailer: those that models read and wrote for
 * it. What a cache knew cost none. A call that cost nothing, or of which nothing is known, has no
 * such trailer.
 */
public final class TokenReport {

  private static final Metadata.Key<String> TOKENS =
      Metadata.Key.of("sluice-tokens", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<LongAdder> SPENT = Context.key("sluice-tokens");

  private TokenReport() {}

  /** The current call cost so many tokens more; outside of calls this does nothing. */
  public static void add(long tokens) {
    LongAdder spent = SPENT.get();
    if (spent != null) {
      spent.add(tokens);
    }
  }

  /** For the services: sends what was added during a call. */
  public static ServerInterceptor sender() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        LongAdder spent = new LongAdder();
        var reporting =
            new SimpleForwardingServerCall<>(call) {
              @Override
              public void close(Status status, Metadata trailers) {
                if (spent.sum() > 0) {
                  trailers.put(TOKENS, Long.toString(spent.sum()));
                }
                super.close(status, trailers);
              }
            };
        return Contexts.interceptCall(
            Context.current().withValue(SPENT, spent), reporting, headers, next);
      }
    };
  }

  /** For the gateway: takes the number out of the trailers of a service of ours, if it is there. */
  public static OptionalLong takeFrom(Metadata trailers) {
    String written = trailers.get(TOKENS);
    trailers.discardAll(TOKENS);
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
