package dev.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import dev.sluice.type.v1.Priority;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Quotas around real calls, on a clock of the test's. */
@Timeout(120)
class CallQuotasTest {

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);
  private static final EmbedRequest TEXT = EmbedRequest.newBuilder().addTexts("a").build();

  private final FakeClock clock = new FakeClock();
  private final FakeTimer timer = new FakeTimer();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private TenantLimits limits = TenantLimits.NONE;
  private final Quotas quotas = new Quotas(() -> limits, clock, registry);
  private final Generator generator = new Generator();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .intercept(new CallQuotas(quotas, timer))
            .intercept(new Tenants())
            .addService(generator)
            .addService(new Embed())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** Finds out who is calling, and answers for what is thrown. */
  private static final class Tenants implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String tenant = headers.get(TENANT);
      Caller caller = new Caller(tenant == null ? "default" : tenant, Priority.INTERACTIVE);
      try {
        return Contexts.interceptCall(caller.in(Context.current()), call, headers, next);
      } catch (Failure failure) {
        StatusRuntimeException answer = FailureStatus.exception(failure);
        Metadata trailers = Status.trailersFromThrowable(answer);
        call.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
      }
    }
  }

  private static final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      response.onNext(EmbedResponse.getDefaultInstance());
      response.onCompleted();
    }

    @Override
    public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(EmbedRequest request) {
          responses.onNext(EmbedResponse.getDefaultInstance());
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  /** How a text ends, said by what the request asks for. */
  private static final int LEFT_TO_THE_TEST = 0;

  private static final int WELL = 1;
  private static final int FAILED = 2;
  private static final int THROWN = 3;

  /** Leaves the ends of its calls to the test, where it is not said. */
  private static final class Generator extends GenerateServiceImplBase {
    private final LinkedBlockingQueue<StreamObserver<GenerateEvent>> running =
        new LinkedBlockingQueue<>();

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateEvent> events) {
      switch (request.getMaxTokens()) {
        case WELL -> events.onCompleted();
        case FAILED -> events.onError(Status.INTERNAL.asRuntimeException());
        case THROWN -> throw new IllegalStateException("broken");
        default -> running.add(events);
      }
    }
  }

  private EmbedServiceGrpc.EmbedServiceBlockingStub embed(String tenant) {
    Metadata headers = new Metadata();
    headers.put(TENANT, tenant);
    return EmbedServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private StatusRuntimeException refusal(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      return e;
    }
    throw new AssertionError("was not refused");
  }

  private static Duration retryDelay(StatusRuntimeException refusal) {
    var delay = detail(refusal, RetryInfo.class).getRetryDelay();
    return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
  }

  private static String quota(StatusRuntimeException refusal) {
    QuotaFailure failure = detail(refusal, QuotaFailure.class);
    return failure.getViolations(0).getSubject() + " " + failure.getViolations(0).getQuotaMetric();
  }

  private static <M extends com.google.protobuf.Message> M detail(
      StatusRuntimeException refusal, Class<M> type) {
    var status = StatusProto.fromThrowable(refusal);
    assertThat(status).isNotNull();
    for (Any each : status.getDetailsList()) {
      if (each.is(type)) {
        try {
          return each.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("no " + type);
  }

  private double refusals(Quota quota) {
    return registry.get(QuotaMetrics.REFUSALS).tag("quota", quota.text()).counter().count();
  }

  @Test
  void requestsBeyondTheBurstAreRefusedWithTheTimeToWaitWhichThenSuffices() {
    limits =
        TenantLimits.parse("{\"default\": {\"requests_per_second\": 4, \"request_burst\": 3}}");
    for (int i = 0; i < 3; i++) {
      var _ = embed("a").embed(TEXT);
    }
    StatusRuntimeException refusal = refusal(() -> embed("a").embed(TEXT));

    assertThat(retryDelay(refusal)).isEqualTo(Duration.ofMillis(250));
    assertThat(quota(refusal)).isEqualTo("tenant:a requests");
    assertThat(
            Objects.requireNonNull(Status.trailersFromThrowable(refusal))
                .get(FailureStatus.RETRY_PUSHBACK))
        .isEqualTo("250");
    assertThat(refusal.getStatus().getDescription())
        .contains("'a'")
        .contains("4 requests a second");
    assertThat(refusals(Quota.REQUESTS)).isEqualTo(1);

    clock.pass(249, TimeUnit.MILLISECONDS);
    assertThat(retryDelay(refusal(() -> embed("a").embed(TEXT)))).isEqualTo(Duration.ofMillis(1));
    clock.pass(1, TimeUnit.MILLISECONDS);
    var _ = embed("a").embed(TEXT);
  }

  @Test
  void aFloodOfOneTenantTakesNothingFromAnother() {
    limits =
        TenantLimits.parse("{\"default\": {\"requests_per_second\": 1, \"request_burst\": 5}}");
    int served = 0;
    for (int i = 0; i < 500; i++) {
      try {
        var _ = embed("flood").embed(TEXT);
        served++;
      } catch (StatusRuntimeException refused) {
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      }
      if (i % 100 == 0) {
        var _ = embed("quiet").embed(TEXT);
      }
    }
    assertThat(served).isEqualTo(5);
  }

  @Test
  void tokensThatWereSpentAreWaitedFor() {
    limits =
        TenantLimits.parse("{\"default\": {\"tokens_per_minute\": 600, \"token_burst\": 100}}");
    var _ = embed("a").embed(TEXT);
    quotas.spent("a", 150);
    StatusRuntimeException refusal = refusal(() -> embed("a").embed(TEXT));

    assertThat(retryDelay(refusal)).isEqualTo(Duration.ofMillis(5100));
    assertThat(quota(refusal)).isEqualTo("tenant:a tokens");
    clock.pass(5100, TimeUnit.MILLISECONDS);
    var _ = embed("a").embed(TEXT);
  }

  @Test
  void aStreamIsSlowedAndNotBroken() throws Exception {
    limits =
        TenantLimits.parse("{\"default\": {\"requests_per_second\": 2, \"request_burst\": 4}}");
    var replies = new Semaphore(0);
    var ended = new CompletableFuture<Code>();
    StreamObserver<EmbedRequest> requests =
        EmbedServiceGrpc.newStub(channel)
            .embedStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EmbedResponse response) {
                    replies.release();
                  }

                  @Override
                  public void onError(Throwable failure) {
                    ended.complete(Status.fromThrowable(failure).getCode());
                  }

                  @Override
                  public void onCompleted() {
                    ended.complete(Code.OK);
                  }
                });
    for (int i = 0; i < 10; i++) {
      requests.onNext(TEXT);
    }
    requests.onCompleted();

    // The call and its first message are one; two more leave a quarter of the burst, as one call.
    assertThat(replies.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
    for (int i = 3; i < 10; i++) {
      long pause = timer.next();
      assertThat(replies.availablePermits()).isZero();
      assertThat(pause).isPositive();
      clock.pass(pause, TimeUnit.NANOSECONDS);
      timer.ring();
      assertThat(replies.tryAcquire(1, 60, TimeUnit.SECONDS)).isTrue();
    }
    clock.pass(1, TimeUnit.SECONDS);
    timer.ringIfSet();
    assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(Code.OK);
    assertThat(registry.get(QuotaMetrics.DELAYS).tag("quota", "requests").counter().count())
        .isGreaterThanOrEqualTo(7);
  }

  @Test
  void asManyTextsAreWrittenAtATimeAsMayBe() throws Exception {
    limits = TenantLimits.parse("{\"default\": {\"concurrent_generations\": 2}}");
    var first = generate(LEFT_TO_THE_TEST);
    StreamObserver<GenerateEvent> one = generator.running.poll(60, TimeUnit.SECONDS);
    var second = generate(LEFT_TO_THE_TEST);
    StreamObserver<GenerateEvent> two = generator.running.poll(60, TimeUnit.SECONDS);

    var third = generate(LEFT_TO_THE_TEST);
    Status refused = third.get(60, TimeUnit.SECONDS);
    assertThat(refused.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription()).contains("2 generations at a time");
    assertThat(refusals(Quota.GENERATIONS)).isEqualTo(1);

    one.onCompleted();
    assertThat(first.get(60, TimeUnit.SECONDS).isOk()).isTrue();
    var fourth = generate(LEFT_TO_THE_TEST);
    StreamObserver<GenerateEvent> four = generator.running.poll(60, TimeUnit.SECONDS);
    two.onCompleted();
    four.onError(Status.INTERNAL.asRuntimeException());
    assertThat(second.get(60, TimeUnit.SECONDS).isOk()).isTrue();
    assertThat(fourth.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Code.INTERNAL);
    assertThat(quotas.generations().tenants()).isZero();
  }

  @Test
  void aTextBeyondThoseAtATimeCostsNoRequest() throws Exception {
    limits =
        TenantLimits.parse(
            """
            {"default": {"concurrent_generations": 0, "requests_per_second": 1, "request_burst": 2}}
            """);
    for (int i = 0; i < 10; i++) {
      assertThat(generate(WELL).get(60, TimeUnit.SECONDS).getDescription())
          .contains("0 generations at a time");
    }
    for (int i = 0; i < 2; i++) {
      var _ = embed("default").embed(TEXT);
    }
    assertThat(quota(refusal(() -> embed("default").embed(TEXT))))
        .isEqualTo("tenant:default requests");
  }

  private CompletableFuture<Status> generate(int kind) {
    var status = new CompletableFuture<Status>();
    var _ = generate(kind, Deadline.after(60, TimeUnit.SECONDS), status);
    return status;
  }

  private ClientCall<GenerateRequest, GenerateEvent> generate(
      int kind, Deadline deadline, CompletableFuture<Status> end) {
    ClientCall<GenerateRequest, GenerateEvent> call =
        channel.newCall(
            GenerateServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT.withDeadline(deadline));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(100);
    call.sendMessage(GenerateRequest.newBuilder().setMaxTokens(kind).build());
    call.halfClose();
    return call;
  }

  /** Ended well, failed, thrown, cancelled and late, in any order: nobody keeps a place. */
  @Test
  void everyEndGivesThePlaceBack() throws Exception {
    limits = TenantLimits.parse("{\"default\": {\"concurrent_generations\": 8}}");
    Random random = new Random(11);
    for (int round = 0; round < 40; round++) {
      List<CompletableFuture<Status>> ends = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ends.add(end(1 + random.nextInt(5)));
      }
      for (CompletableFuture<Status> end : ends) {
        assertThat(end.get(60, TimeUnit.SECONDS).getCode()).isNotEqualTo(Code.RESOURCE_EXHAUSTED);
      }
      awaitNoGeneration();
    }
  }

  /** As the constants say; beyond them cancelled, or late. */
  private CompletableFuture<Status> end(int how) {
    var end = new CompletableFuture<Status>();
    boolean late = how == 5;
    Deadline deadline =
        late ? Deadline.after(5, TimeUnit.MILLISECONDS) : Deadline.after(60, TimeUnit.SECONDS);
    var call = generate(how <= THROWN ? how : LEFT_TO_THE_TEST, deadline, end);
    if (how == 4) {
      call.cancel("not wanted", null);
    }
    return end;
  }

  private void awaitNoGeneration() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (quotas.generations().tenants() > 0) {
      assertThat(System.nanoTime()).as("a place was kept").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
    generator.running.clear();
  }
}
