package dev.sluice.gateway.upstream;

import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.function.Consumer;

/** The generate-service, as the gateway calls it. Failures are ours. */
public final class GenerateUpstream {

  private final Channel channel;

  public GenerateUpstream(Channel channel) {
    this.channel = channel;
  }

  /**
   * Hands over each event as it arrives, and reads the next one only after that. A consumer that
   * throws stops the generation.
   *
   * @return calls made, retries included
   */
  public int generate(GenerateRequest request, Deadline deadline, Consumer<GenerateEvent> events) {
    Attempts attempts = new Attempts();
    CancellableContext context = Context.current().withCancellation();
    Context previous = context.attach();
    try {
      Iterator<GenerateEvent> stream =
          GenerateServiceGrpc.newBlockingStub(channel)
              .withDeadline(deadline)
              .withInterceptors(attempts)
              .generate(request);
      stream.forEachRemaining(events);
      return attempts.count();
    } catch (StatusRuntimeException e) {
      throw UpstreamFailure.of("generate", e);
    } finally {
      context.detach(previous);
      context.cancel(null);
    }
  }
}
