package dev.sluice.gateway.quota;

import dev.sluice.serving.caller.CallReport.Figure;
import dev.sluice.serving.caller.Caller;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.OptionalLong;

/**
 * For the channels to our services: charges the caller's tenant with the tokens that a call costs,
 * as the service reports them at its end. A stream of responses is charged by estimate while it
 * runs, and set right by the report; one that ends without, because its caller left, keeps the
 * estimate.
 */
public final class TokenSpending implements ClientInterceptor {

  /** Of a prompt, on average, in English. */
  private static final long BYTES_OF_A_TOKEN = 4;

  /** Estimates are charged in such steps, not for every word. */
  private static final long STEP = 16;

  private final Quotas quotas;

  public TokenSpending(Quotas quotas) {
    this.quotas = quotas;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    String tenant = Caller.current().tenant();
    boolean streams = !method.getType().serverSendsOneMessage();
    return next.newCall(
        method,
        options.withStreamTracerFactory(
            new ClientStreamTracer.Factory() {
              @Override
              public ClientStreamTracer newClientStreamTracer(
                  ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new Meter(tenant, streams);
              }
            }));
  }

  /** Of one stream. The transport reads on one thread and writes on another at most. */
  private final class Meter extends ClientStreamTracer {
    private final String tenant;
    private final boolean streams;
    private volatile long sentBytes;
    private long received;
    private long charged;
    private volatile OptionalLong reported = OptionalLong.empty();

    Meter(String tenant, boolean streams) {
      this.tenant = tenant;
      this.streams = streams;
    }

    @Override
    public void outboundUncompressedSize(long bytes) {
      sentBytes = Math.addExact(sentBytes, bytes);
    }

    @Override
    public synchronized void inboundMessage(int number) {
      received++;
      if (streams && estimate() - charged >= STEP) {
        charge(estimate());
      }
    }

    private long estimate() {
      return sentBytes / BYTES_OF_A_TOKEN + received;
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
      reported = Figure.TOKENS.takeFrom(trailers);
    }

    @Override
    public synchronized void streamClosed(Status status) {
      if (reported.isPresent()) {
        charge(reported.getAsLong());
      } else if (streams && received > 0) {
        charge(estimate());
      }
    }

    private void charge(long total) {
      if (total != charged) {
        quotas.spent(tenant, total - charged);
        charged = total;
      }
    }
  }
}
