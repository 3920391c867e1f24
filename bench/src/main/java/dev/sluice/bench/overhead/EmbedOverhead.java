package dev.sluice.bench.overhead;

import dev.sluice.embed.EmbedMain;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Tokenizer;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.network.FreePort;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Processor time of an embed-service, a process of its own, between a client and a model server
 * that computes nothing, both of them other processes.
 */
public final class EmbedOverhead {

  /** Texts of a request. */
  public static final int TEXTS = 64;

  private static final int CALLERS = 4;
  private static final int WARM_UP_CALLS = 12_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private EmbedOverhead() {}

  /**
   * Microseconds of processor time for a text.
   *
   * @param service of the whole service
   * @param tokenising of the tokenizer alone, on one thread
   */
  public record Cost(double service, double tokenising) {
    public double overhead() {
      return service - tokenising;
    }
  }

  /**
   * One cost for each round, in which so many requests are sent.
   *
   * @param texts of a request, {@value #TEXTS} of them
   */
  public static List<Cost> run(List<String> texts, int rounds, int calls) throws Exception {
    int port = FreePort.any();
    try (var model = ChildProcess.start(NoOpModelServer.class, Map.of());
        var service = ChildProcess.start(EmbedMain.class, settings(model.line(), port));
        var load = new Load(port, texts)) {
      load.send(WARM_UP_CALLS);
      var _ = tokenising(texts, calls);
      List<Cost> costs = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        long before = service.processorTime().toNanos();
        load.send(calls);
        long nanos = service.processorTime().toNanos() - before;
        var cost = new Cost(nanos / 1e3 / calls / TEXTS, tokenising(texts, calls));
        System.err.printf(
            "round %d: %.1f µs a text, %.1f of it tokenising%n",
            round + 1, cost.service(), cost.tokenising());
        costs.add(cost);
      }
      return costs;
    }
  }

  private static Map<String, String> settings(String modelPort, int port) {
    return Map.of(
        "SLUICE_EMBED_BACKEND",
        "inference",
        "SLUICE_EMBED_TARGETS",
        "127.0.0.1:" + modelPort,
        "SLUICE_EMBED_PORT",
        Integer.toString(port),
        "SLUICE_EMBED_MANAGEMENT_PORT",
        "0");
  }

  /** Microseconds of processor time for a text, on this thread. */
  private static double tokenising(List<String> texts, int calls) {
    try (Tokenizer tokenizer = ModelFiles.tokenizerAt(Optional.empty()).loadTokenizer()) {
      long tokens = 0;
      long before = THREADS.getCurrentThreadCpuTime();
      for (int call = 0; call < calls; call++) {
        for (String text : texts) {
          tokens += tokenizer.encode(text, 512, Truncation.NONE).length();
        }
      }
      long nanos = THREADS.getCurrentThreadCpuTime() - before;
      if (tokens == 0) {
        throw new IllegalStateException("no tokens");
      }
      return nanos / 1e3 / calls / texts.size();
    }
  }

  /** A client with several calls in flight. Owns its channel and threads. */
  private static final class Load implements AutoCloseable {

    private final ManagedChannel channel;
    private final EmbedRequest request;
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    Load(int port, List<String> texts) {
      channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      request = EmbedRequest.newBuilder().addAllTexts(texts).build();
    }

    void send(int calls) throws Exception {
      List<Future<Integer>> sending = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        sending.add(callers.submit(() -> sendSome(calls / CALLERS)));
      }
      for (Future<Integer> caller : sending) {
        caller.get();
      }
    }

    private int sendSome(int calls) {
      var stub = EmbedServiceGrpc.newBlockingStub(channel);
      int vectors = 0;
      for (int call = 0; call < calls; call++) {
        vectors +=
            stub.withWaitForReady()
                .withDeadlineAfter(1, TimeUnit.MINUTES)
                .embed(request)
                .getEmbeddingsCount();
      }
      return vectors;
    }

    @Override
    public void close() {
      channel.shutdownNow();
      callers.close();
    }
  }
}
