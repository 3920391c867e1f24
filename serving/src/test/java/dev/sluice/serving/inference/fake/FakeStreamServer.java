package dev.sluice.serving.inference.fake;

import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.sluice.inference.ModelConfig;
import dev.sluice.inference.ModelConfigRequest;
import dev.sluice.inference.ModelConfigResponse;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelReadyRequest;
import dev.sluice.inference.ModelReadyResponse;
import dev.sluice.inference.ModelStreamInferResponse;
import dev.sluice.serving.network.FreePort;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A model server on a loopback port that answers on streams, by a script. Owns its threads. */
public final class FakeStreamServer implements AutoCloseable {

  private static final long CLOSE_SECONDS = 5;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Server server;
  private final List<FakeStream> streams = new CopyOnWriteArrayList<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private volatile StreamScript script;
  private volatile ModelConfig config = LlmConfig.vllm().build();
  private volatile boolean ready = true;

  private FakeStreamServer(int port, StreamScript script) {
    this.script = script;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .executor(executor)
            .addService(new Endpoint())
            .build();
  }

  /** On a free port. */
  public static FakeStreamServer start(StreamScript script) {
    return start(FreePort.any(), script);
  }

  public static FakeStreamServer start(int port, StreamScript script) {
    var fake = new FakeStreamServer(port, script);
    try {
      fake.server.start();
      return fake;
    } catch (IOException e) {
      fake.close();
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /** For clients: host and port. */
  public String target() {
    return "127.0.0.1:" + port();
  }

  /** What is played from now on. */
  public void script(StreamScript next) {
    this.script = next;
  }

  /** What it says of its model from now on. */
  public void config(ModelConfig.Builder model) {
    this.config = model.build();
  }

  /** Whether it says from now on that its model is ready. */
  public void ready(boolean model) {
    this.ready = model;
  }

  /** All streams that came, the first one first. */
  public List<FakeStream> streams() {
    return streams;
  }

  /** Streams whose cancellation came before their script had ended. */
  public int cancelled() {
    return cancelled.get();
  }

  /** Drops all connections, and takes no new ones. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
  }

  private final class Endpoint extends GRPCInferenceServiceImplBase {
    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> response) {
      response.onNext(ModelReadyResponse.newBuilder().setReady(ready).build());
      response.onCompleted();
    }

    @Override
    public void modelConfig(
        ModelConfigRequest request, StreamObserver<ModelConfigResponse> response) {
      response.onNext(ModelConfigResponse.newBuilder().setConfig(config).build());
      response.onCompleted();
    }

    @Override
    public StreamObserver<ModelInferRequest> modelStreamInfer(
        StreamObserver<ModelStreamInferResponse> responses) {
      var call = (ServerCallStreamObserver<ModelStreamInferResponse>) responses;
      var stream = new FakeStream(call, script, cancelled::incrementAndGet);
      streams.add(stream);
      return stream;
    }
  }
}
