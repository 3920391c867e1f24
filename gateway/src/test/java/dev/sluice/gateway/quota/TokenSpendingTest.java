package dev.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.SilentCall;
import dev.sluice.gateway.balance.Attempt;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.serving.caller.Caller;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a call costs that ends without a report, as its streams tell. */
class TokenSpendingTest {

  private static final Metadata.Key<String> REPORT =
      Metadata.Key.of("sluice-tokens", Metadata.ASCII_STRING_MARSHALLER);

  /** Sent of every request: 100 tokens. */
  private static final long BYTES = 400;

  private final FakeClock clock = new FakeClock();
  private final Quotas quotas =
      new Quotas(
          () ->
              TenantLimits.parse("{\"default\": {\"tokens_per_minute\": 60, \"token_burst\": 1}}"),
          clock,
          new SimpleMeterRegistry());

  /** Tokens that were charged, earned again at one a second. */
  private long charged() {
    return TimeUnit.NANOSECONDS.toSeconds(quotas.nanosToNextMessage(Caller.DEFAULT_TENANT, true));
  }

  /** A stream of a call: each attempt at it opens one. */
  private ClientStreamTracer stream(MethodDescriptor<?, ?> method, CallOptions options) {
    Options seen = new Options();
    var _ = new TokenSpending(quotas).interceptCall(method, options, seen);
    if (seen.options.getStreamTracerFactories().isEmpty()) {
      return new ClientStreamTracer() {};
    }
    return seen.options
        .getStreamTracerFactories()
        .getFirst()
        .newClientStreamTracer(
            StreamInfo.newBuilder().setCallOptions(seen.options).build(), new Metadata());
  }

  private ClientStreamTracer sent(MethodDescriptor<?, ?> method, CallOptions options) {
    ClientStreamTracer stream = stream(method, options);
    stream.outboundUncompressedSize(BYTES);
    return stream;
  }

  private ClientStreamTracer sent(MethodDescriptor<?, ?> method) {
    return sent(method, Attempt.first().in(CallOptions.DEFAULT));
  }

  /** Remembers what a call is made with, and makes none. */
  private static final class Options extends Channel {
    private CallOptions options = CallOptions.DEFAULT;

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions given) {
      options = given;
      return new SilentCall<>();
    }

    @Override
    public String authority() {
      return "none";
    }
  }

  private static void report(ClientStreamTracer stream, long tokens) {
    Metadata trailers = new Metadata();
    trailers.put(REPORT, Long.toString(tokens));
    stream.inboundTrailers(trailers);
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"CANCELLED", "DEADLINE_EXCEEDED"})
  void aCallThatNobodyWaitsForIsChargedByEstimate(Code code) {
    sent(RerankServiceGrpc.getRerankMethod()).streamClosed(code.toStatus());
    assertThat(charged()).isEqualTo(100);
    sent(EmbedServiceGrpc.getEmbedMethod()).streamClosed(code.toStatus());
    assertThat(charged()).isEqualTo(200);
    sent(GenerateServiceGrpc.getGenerateMethod()).streamClosed(code.toStatus());
    assertThat(charged()).isEqualTo(300);
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      mode = Mode.EXCLUDE,
      names = {"CANCELLED", "DEADLINE_EXCEEDED"})
  void aCallThatWasAnsweredOrRefusedCostsWhatIsReported(Code code) {
    sent(RerankServiceGrpc.getRerankMethod()).streamClosed(code.toStatus());
    assertThat(charged()).isZero();
    ClientStreamTracer reported = sent(RerankServiceGrpc.getRerankMethod());
    report(reported, 7);
    reported.streamClosed(code.toStatus());
    assertThat(charged()).isEqualTo(7);
  }

  @Test
  void aReportStandsBeforeTheEstimate() {
    ClientStreamTracer late = sent(RerankServiceGrpc.getRerankMethod());
    report(late, 7);
    late.streamClosed(Status.DEADLINE_EXCEEDED);
    assertThat(charged()).isEqualTo(7);
  }

  @Test
  void aCallThatReachedNoServiceIsFree() {
    CallOptions options = Attempt.first().in(CallOptions.DEFAULT);
    stream(RerankServiceGrpc.getRerankMethod(), options).streamClosed(Status.CANCELLED);
    assertThat(charged()).isZero();
    sent(RerankServiceGrpc.getRerankMethod(), options).streamClosed(Status.CANCELLED);
    assertThat(charged()).isEqualTo(100);
  }

  @Test
  void whatNoModelReadsIsFree() {
    sent(EmbedServiceGrpc.getCountTokensMethod()).streamClosed(Status.CANCELLED);
    sent(EmbedServiceGrpc.getGetEmbedModelMethod()).streamClosed(Status.CANCELLED);
    assertThat(charged()).isZero();
  }

  @Test
  void theLoserOfAHedgedPairIsFree() {
    Attempt first = Attempt.first();
    ClientStreamTracer loser =
        sent(EmbedServiceGrpc.getEmbedMethod(), first.in(CallOptions.DEFAULT));
    ClientStreamTracer winner =
        sent(EmbedServiceGrpc.getEmbedMethod(), first.elsewhere().in(CallOptions.DEFAULT));
    report(winner, 7);
    winner.streamClosed(Status.OK);
    loser.streamClosed(Status.CANCELLED);
    assertThat(charged()).isEqualTo(7);
  }

  @Test
  void whoLeavesAHedgedPairPaysOnce() {
    Attempt first = Attempt.first();
    ClientStreamTracer one = sent(EmbedServiceGrpc.getEmbedMethod(), first.in(CallOptions.DEFAULT));
    ClientStreamTracer two =
        sent(EmbedServiceGrpc.getEmbedMethod(), first.elsewhere().in(CallOptions.DEFAULT));
    one.streamClosed(Status.CANCELLED);
    two.streamClosed(Status.CANCELLED);
    assertThat(charged()).isEqualTo(100);
  }

  @Test
  void whoLeavesTheAttemptAfterOneThatFailedPays() {
    Attempt attempt = Attempt.first();
    sent(EmbedServiceGrpc.getEmbedMethod(), attempt.in(CallOptions.DEFAULT))
        .streamClosed(Status.UNAVAILABLE);
    sent(EmbedServiceGrpc.getEmbedMethod(), attempt.in(CallOptions.DEFAULT))
        .streamClosed(Status.CANCELLED);
    assertThat(charged()).isEqualTo(100);
  }
}
