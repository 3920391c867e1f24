package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every method of every service over sockets, with messages that obey their rules, break them, or
 * are none, from two tenants at once.
 */
class RpcFuzzIT {

  private static final int CALLERS = 8;
  private static final int CALLS = 1_500;

  /** The streams by which the gateway watches the health of each service. */
  private static final int WATCHES = 3;

  /** Our own fault, or nobody knows whose. */
  private static final Set<Code> FORBIDDEN =
      EnumSet.of(Code.INTERNAL, Code.UNKNOWN, Code.DATA_LOSS);

  @TempDir private static Path folder;
  private static FuzzedCluster cluster;
  private static final Map<String, ManagedChannel> CHANNELS = new HashMap<>();

  private final Map<String, Map<Code, AtomicLong>> outcomes = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    cluster = new FuzzedCluster(folder);
    for (ServiceServer server : cluster.servers()) {
      CHANNELS.put(
          server.address(), NettyChannelBuilder.forTarget(server.address()).usePlaintext().build());
    }
  }

  @AfterAll
  static void stop() {
    CHANNELS.values().forEach(ManagedChannel::shutdownNow);
    cluster.close();
  }

  private static ManagedChannel channel(ServiceServer server) {
    return Objects.requireNonNull(CHANNELS.get(server.address()));
  }

  @Test
  void noCallBreaksAServerOrSeesAnotherTenantsWords() throws Exception {
    List<ServiceDescriptor> services = ServiceCatalog.services();
    AtomicLong seeds = new AtomicLong(Fuzz.firstSeed());
    long first = seeds.get();
    long end = first + (Long.getLong("sluice.fuzz.seed") == null ? Fuzz.inputs(CALLS) : 1);
    long start = System.nanoTime();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          IntStream.range(0, CALLERS)
              .<Future<?>>mapToObj(i -> callers.submit(() -> call(services, seeds, end)))
              .toList();
      for (Future<?> caller : all) {
        caller.get();
      }
    }
    Fuzz.report("calls of services", end - first, System.nanoTime() - start, first);
    new TreeMap<>(outcomes).forEach((method, codes) -> System.out.println(method + " " + codes));
    assertAllReached(services);
    assertIdle();
  }

  private Void call(List<ServiceDescriptor> services, AtomicLong seeds, long end) throws Exception {
    for (long seed = seeds.getAndIncrement(); seed < end; seed = seeds.getAndIncrement()) {
      try {
        call(services, Fuzz.random(seed));
      } catch (AssertionError e) {
        seeds.set(end);
        throw new AssertionError("replayed by -Dsluice.fuzz.seed=" + seed, e);
      }
    }
    return null;
  }

  private void call(List<ServiceDescriptor> services, Random random) throws Exception {
    RandomRpc rpc = new RandomRpc(random);
    MethodDescriptor<?, ?> method = rpc.method(services);
    List<ServiceServer> servers = cluster.serversOf(String.valueOf(method.getServiceName()));
    ServiceServer server = servers.get(random.nextInt(servers.size()));
    FuzzedCall.Plan plan = rpc.plan(method);
    FuzzedCall call = FuzzedCall.start(channel(server), method, plan);
    Status status = call.status();
    String as = server.name() + " " + method.getFullMethodName() + " " + status;
    outcomes
        .computeIfAbsent(method.getFullMethodName(), _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(status.getCode(), _ -> new AtomicLong())
        .incrementAndGet();
    assertThat(FORBIDDEN).as(as).doesNotContain(status.getCode());
    for (Map.Entry<String, String> each : RandomRpc.WORDS.entrySet()) {
      if (!each.getKey().equals(rpc.tenant)) {
        assertThat(call.says(each.getValue())).as(as + ": says what is another's").isFalse();
      }
    }
  }

  /** But the one that the gateway calls and nobody here serves. */
  private void assertAllReached(List<ServiceDescriptor> services) {
    if (Long.getLong("sluice.fuzz.seed") != null) {
      return;
    }
    for (ServiceDescriptor service : services) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        Set<Code> codes = outcomes.getOrDefault(method.getFullMethodName(), Map.of()).keySet();
        if (service.getName().equals("sluice.retriever.v1.RetrieverService")) {
          assertThat(codes).contains(Code.UNIMPLEMENTED);
        } else {
          assertThat(codes).as(method.getFullMethodName()).contains(Code.INVALID_ARGUMENT);
        }
      }
    }
  }

  private static void assertIdle() throws InterruptedException {
    Patience.await("empty queues", () -> cluster.busy().isEmpty());
    for (ServiceServer server : cluster.servers()) {
      var health = HealthGrpc.newBlockingStub(channel(server));
      assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
          .isEqualTo(ServingStatus.SERVING);
      Patience.await(
          "no open calls of " + server.name(), () -> OpenCalls.of(channel(server)) <= WATCHES + 1);
    }
  }
}
