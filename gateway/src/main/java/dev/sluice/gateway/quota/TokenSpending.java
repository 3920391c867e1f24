package dev.sluice.gateway.quota;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.balance.Attempt;
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
import io.grpc.Status.Code;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * For the channels to our services: charges the caller's tenant with the tokens that a call costs,
 * as the service reports them at its end. A stream of responses is charged by estimate while it
 * runs, and set right by the report. A call that ends without one because its caller left or its
 * time was over is charged by estimate, since nobody can say what the models had read by then; of
 * several attempts at it one is.
 */
public final class TokenSpending implements ClientInterceptor {

  /** Of a prompt, on average, in English. */
  private static final long BYTES_OF_A_TOKEN = 4;

  /** Estimates are charged in such steps, not for every word. */
  private static final long STEP = 16;

  /** No model reads for them. */
  private static final Set<String> FREE =
      Set.of(
          EmbedServiceGrpc.getCountTokensMethod().getFullMethodName(),
          EmbedServiceGrpc.getGetEmbedModelMethod().getFullMethodName());

  private final Quotas quotas;

  public TokenSpending(Quotas quotas) {
    this.quotas = quotas;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    if (FREE.contains(method.getFullMethodName())) {
      return next.newCall(method, options);
    }
    String tenant = Caller.current().tenant();
    boolean streams = !method.getType().serverSendsOneMessage();
    return next.newCall(
        method,
        options.withStreamTracerFactory(
            new ClientStreamTracer.Factory() {
              @Override
              public ClientStreamTracer newClientStreamTracer(
                  ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new Meter(tenant, streams, Attempt.of(info.getCallOptions()));
              }
            }));
  }

  /** Of one stream. The transport reads on one thread and writes on another at most. */
  private final class Meter extends ClientStreamTracer {
    private final String tenant;
    private final boolean streams;
    private final Optional<Attempt> attempt;
    private volatile long sentBytes;
    private long received;
    private long charged;
    private volatile OptionalLong reported = OptionalLong.empty();

    Meter(String tenant, boolean streams, Optional<Attempt> attempt) {
      this.tenant = tenant;
      this.streams = streams;
      this.attempt = attempt;
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
      boolean leftAlone = isLeft(status) && sentBytes > 0;
      boolean endsCall = (status.isOk() || leftAlone) && endsCall();
      if (reported.isPresent()) {
        charge(reported.getAsLong());
      } else if ((streams && received > 0) || (leftAlone && endsCall)) {
        charge(estimate());
      }
    }

    private static boolean isLeft(Status status) {
      return status.getCode() == Code.CANCELLED || status.getCode() == Code.DEADLINE_EXCEEDED;
    }

    private boolean endsCall() {
      return attempt.map(Attempt::endsCall).orElse(true);
    }

    private void charge(long total) {
      if (total != charged) {
        quotas.spent(tenant, total - charged);
        charged = total;
      }
    }
  }
}
