package dev.sluice.gateway.upstream;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import java.util.function.Consumer;

/**
 * Shows the trailers of every attempt at a call before gRPC's retries see them; what is taken out
 * of them they do not see. To be given to {@code CallOptions.withStreamTracerFactory}.
 */
public final class InboundTrailers extends ClientStreamTracer.Factory {

  private final Consumer<Metadata> seen;

  /**
   * @param seen called on the thread that moves bytes: must be quick
   */
  public InboundTrailers(Consumer<Metadata> seen) {
    this.seen = seen;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void inboundTrailers(Metadata trailers) {
        seen.accept(trailers);
      }
    };
  }
}
