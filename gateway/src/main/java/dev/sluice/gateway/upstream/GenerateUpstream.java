package dev.sluice.gateway.upstream;

import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.serving.failure.Failure;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The generate-service, as the gateway calls it. Failures are ours. */
public final class GenerateUpstream {

  private final Channel channel;
  private final ScheduledExecutorService timer;

  /**
   * @param timer watches for the first event
   */
  public GenerateUpstream(Channel channel, ScheduledExecutorService timer) {
    this.channel = channel;
    this.timer = timer;
  }

  /**
   * Hands over each event as it arrives, and reads the next one only after that. A consumer that
   * throws stops the generation.
   *
   * @return calls made, retries included
   */
  public int generate(GenerateRequest request, Deadline deadline, Consumer<GenerateEvent> events) {
    return generate(request, deadline, deadline, events);
  }

  /**
   * The same, given up when the first event has not come in time.
   *
   * @param first when the first event must have come
   */
  public int generate(
      GenerateRequest request, Deadline deadline, Deadline first, Consumer<GenerateEvent> events) {
    AttemptCounter attempts = new AttemptCounter();
    CancellableContext context = Context.current().withCancellation();
    Context previous = context.attach();
    var beginning = new AtomicReference<>(Beginning.AWAITED);
    var watch =
        first.runOnExpiration(
            () -> {
              if (beginning.compareAndSet(Beginning.AWAITED, Beginning.GIVEN_UP)) {
                context.cancel(null);
              }
            },
            timer);
    try {
      Iterator<GenerateEvent> stream =
          GenerateServiceGrpc.newBlockingStub(channel)
              .withDeadline(deadline)
              .withInterceptors(attempts)
              .generate(request);
      stream.forEachRemaining(event -> {
        beginning.compareAndSet(Beginning.AWAITED, Beginning.SEEN);
        requireInTime(beginning);
        events.accept(event);
      });
      return attempts.count();
    } catch (StatusRuntimeException e) {
      requireInTime(beginning);
      throw UpstreamFailure.of("generate", e);
    } finally {
      watch.cancel(false);
      context.detach(previous);
      context.cancel(null);
    }
  }

  /** Decided once, by the first event or by the watch: no event is passed on after giving up. */
  private enum Beginning {
    AWAITED,
    SEEN,
    GIVEN_UP
  }

  private static void requireInTime(AtomicReference<Beginning> beginning) {
    if (beginning.get() == Beginning.GIVEN_UP) {
      throw new Failure.DeadlineExceeded("the generate-service did not begin in time");
    }
  }
}
