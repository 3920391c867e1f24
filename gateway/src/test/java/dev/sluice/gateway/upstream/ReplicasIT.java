package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.ProcessMetrics;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The channel to several replicas, over real sockets. */
@Timeout(60)
class ReplicasIT {

  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(30);

  private final List<ScriptedReplica> replicas = new ArrayList<>();
  private final ProcessMetrics metrics = new ProcessMetrics();
  private UpstreamChannel channel;
  private EmbedUpstream embed;
  private int calls;

  @AfterEach
  void close() {
    channel.close();
    replicas.forEach(ScriptedReplica::close);
    metrics.close();
  }

  @BeforeEach
  void start() {
    open(true, true, true);
  }

  private void reopen(boolean... ready) {
    channel.close();
    replicas.forEach(ScriptedReplica::close);
    replicas.clear();
    open(ready);
  }

  private void open(boolean... ready) {
    for (boolean each : ready) {
      replicas.add(new ScriptedReplica(each));
    }
    String target =
        replicas.stream().map(ScriptedReplica::address).collect(Collectors.joining(","));
    channel = UpstreamChannel.open("embed", target, EmbedServiceGrpc.SERVICE_NAME, metrics);
    embed = new EmbedUpstream(channel.channel(), new Hedging("embed", metrics.registry()));
  }

  private ScriptedReplica replica(int index) {
    return replicas.get(index);
  }

  /** A call whose text is its number. */
  private void call() {
    calls++;
    var request = EmbedRequest.newBuilder().addTexts(Integer.toString(calls)).build();
    Reply<EmbedResponse> reply = embed.embed(request, Deadline.after(10, TimeUnit.SECONDS));
    assertThat(reply.attempts()).isPositive();
  }

  private void call(int times) {
    for (int i = 0; i < times; i++) {
      call();
    }
  }

  /** Calls until it is so, at most for half a minute. */
  private void callUntil(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).isLessThan(LONGEST_WAIT);
      call();
    }
  }

  private void warmUp() {
    callUntil(() -> replicas.stream().allMatch(replica -> replica.calls() >= 20));
  }

  private double counted(String name, String label, String value) {
    return metrics.registry().find(name).tag(label, value).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private boolean isEjected(String reason) {
    return counted("sluice.replica.ejections", "reason", reason) > 0;
  }

  private double hedges() {
    return counted("sluice.hedges", "cause", "late");
  }

  @Test
  void everyReplicaGetsCalls() {
    warmUp();
    assertThat(replicas).allSatisfy(replica -> assertThat(replica.calls()).isGreaterThan(15));
  }

  @Test
  void aReplicaThatHangsGetsNoCallsAndThoseItHasAreMadeElsewhere() {
    warmUp();
    replica(1).hang();
    callUntil(() -> isEjected("hanging"));
    int before = replica(1).calls();
    call(100);
    assertThat(replica(1).calls() - before).as("calls after it, a probe at most").isLessThan(2);
  }

  @Test
  void aReplicaThatIsSlowGetsNoCalls() {
    warmUp();
    replica(2).script = ScriptedReplica.takes(60);
    callUntil(() -> isEjected("slow") || isEjected("hanging")); // as hedges left it time to answer
    int before = replica(2).calls();
    call(100);
    assertThat(replica(2).calls() - before).isLessThan(2);
  }

  @Test
  void aReplicaThatFailsGetsNoCalls() {
    warmUp();
    replica(0).script =
        request -> {
          throw new Failure.Internal("broken");
        };
    int failed = 0;
    while (!isEjected("failing")) {
      try {
        call();
      } catch (Failure.Internal e) {
        failed++;
      }
    }
    assertThat(failed).as("a late one may have been rescued by a hedge").isBetween(1, 20);
    call(100);
  }

  @Test
  void aReplicaThatIsWellAgainGetsCallsAgain() {
    warmUp();
    replica(1).hang();
    callUntil(() -> isEjected("hanging"));
    replica(1).script = request -> {};
    int before = replica(1).calls();
    callUntil(() -> replica(1).calls() - before > 20);
  }

  @Test
  void unavailableIsTriedAgainElsewhere() {
    warmUp();
    replica(0).script =
        request -> {
          throw new Failure.Unavailable("NO", "not now");
        };
    call(60);
    assertThat(replica(0).texts()).hasSizeGreaterThan(20).doesNotHaveDuplicates();
  }

  @Test
  void aReplicaThatIsNotReadyGetsNothingUntilItIs() {
    reopen(true, true, false);
    call(60);
    assertThat(replica(2).calls()).isZero();
    replica(2).ready = true;
    callUntil(() -> replica(2).calls() > 5);
    replica(2).ready = false;
    callUntil(() -> {
      int before = replica(2).calls();
      call(30);
      return replica(2).calls() == before;
    });
  }

  @Test
  void theOnlyReplicaThatIsReadyIsNeverEjected() {
    reopen(true, false);
    call(60);
    replica(0).hang();
    var request = EmbedRequest.newBuilder().addTexts("0").build();
    for (int i = 0; i < 6; i++) {
      assertThatExceptionOfType(Failure.DeadlineExceeded.class)
          .isThrownBy(() -> embed.embed(request, Deadline.after(300, TimeUnit.MILLISECONDS)));
    }
    assertThat(isEjected("hanging")).isFalse();
    assertThat(hedges()).isZero();
  }

  @Test
  void aReplicaThatReportsMuchLoadGetsLess() {
    replica(0).utilisation = 2;
    replica(1).utilisation = 0.2;
    replica(2).utilisation = 0.2;
    callUntil(() -> {
      int before = replica(0).calls();
      call(90);
      return replica(0).calls() - before < 15;
    });
    assertThat(counted("sluice.replica.ejections", "service", "embed")).isZero();
  }

  @Test
  void loadReportsDoNotReachThoseWhoseCallsAreForwarded() {
    replicas.forEach(replica -> replica.utilisation = 0.5);
    var headers = new AtomicReference<Metadata>();
    var trailers = new AtomicReference<Metadata>();
    var _ =
        EmbedServiceGrpc.newBlockingStub(channel.channel())
            .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
            .embed(EmbedRequest.newBuilder().addTexts("1").build());
    assertThat(trailers.get().keys()).doesNotContain("endpoint-load-metrics-bin");
  }

  /** Calls whose number can be divided by this are slow on their first replica. */
  private void makeSlow(int divisor) {
    var seen = new HashSet<String>();
    for (ScriptedReplica replica : replicas) {
      replica.script =
          request -> {
            String text = request.getTexts(0);
            boolean first;
            synchronized (seen) {
              first = seen.add(text);
            }
            int number = Integer.parseInt(text);
            ScriptedReplica.takes(first && number % divisor == 0 ? 60 : 2).call(request);
          };
    }
  }

  @Test
  void aLateCallIsMadeOnAnotherReplicaToo() {
    makeSlow(25);
    callUntil(() -> hedges() >= 5);
    assertThat(total()).isGreaterThan(calls);
    assertThat(replicas).allSatisfy(replica -> assertThat(replica.texts()).doesNotHaveDuplicates());
  }

  @Test
  void notMoreThanOneCallInTwentyIsMadeTwice() {
    makeSlow(Integer.MAX_VALUE);
    call(200);
    makeSlow(1);
    call(100);
    assertThat(hedges()).isBetween(5.0, 15.0);
    assertThat(total()).isLessThanOrEqualTo(315);
  }

  @Test
  void hedgesThatAreCancelledAreNoFaultsOfTheirReplicas() {
    makeSlow(25);
    call(400);
    assertThat(hedges()).isPositive();
    assertThat(counted("sluice.replica.ejections", "service", "embed")).isZero();
  }

  @Test
  void noCallIsMadeTwiceUnderOverload() {
    replicas.forEach(replica -> replica.utilisation = 0.9);
    makeSlow(25);
    call(300);
    assertThat(hedges()).isZero();
  }

  @Test
  void aSingleReplicaGetsNoCallTwice() {
    reopen(true);
    makeSlow(25);
    call(300);
    assertThat(replica(0).calls()).isEqualTo(300);
  }

  @Test
  void aCallerThatGoesAwayEndsBothAttempts() throws InterruptedException {
    warmUp();
    replicas.forEach(ScriptedReplica::hang);
    int before = total();
    Context.CancellableContext caller = Context.current().withCancellation();
    Thread waiting = Thread.ofVirtual().start(caller.wrap(this::callInVain));
    await(() -> total() == before + 2);
    caller.cancel(null);
    waiting.join();
    await(() -> replicas.stream().mapToInt(ScriptedReplica::cancelled).sum() == 2);
  }

  private void callInVain() {
    try {
      call();
    } catch (Failure.Cancelled e) {
      // as it should
    }
  }

  private int total() {
    return replicas.stream().mapToInt(ScriptedReplica::calls).sum();
  }

  private static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).isLessThan(LONGEST_WAIT);
      Thread.onSpinWait();
    }
  }
}
