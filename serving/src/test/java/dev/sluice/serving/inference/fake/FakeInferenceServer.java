package dev.sluice.serving.inference.fake;

import dev.sluice.inference.ModelConfig;
import dev.sluice.serving.network.FreePort;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A model server on a free loopback port. Its model is a {@link FakeModel}, its accelerator a
 * {@link Device}. Owns its threads.
 */
public final class FakeInferenceServer implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 256 << 20;
  private static final long CLOSE_SECONDS = 5;

  private final DeviceThread device;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final InferenceEndpoint endpoint;
  private final Server server;
  private volatile int port;

  private FakeInferenceServer(
      FakeModel model, Device device, int port, ServerCredentials credentials) {
    this.device = new DeviceThread(device);
    this.endpoint = new InferenceEndpoint(model, this.device, executor);
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
            .executor(executor)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .addService(endpoint)
            .build();
  }

  public static FakeInferenceServer start(FakeModel model, Device device) {
    return start(model, device, FreePort.any());
  }

  /** On a port of the caller's choice, as a server that was restarted. */
  public static FakeInferenceServer start(FakeModel model, Device device, int port) {
    return start(new FakeInferenceServer(model, device, port, InsecureServerCredentials.create()));
  }

  /** One that shows a certificate. */
  public static FakeInferenceServer start(
      FakeModel model, Device device, ServerCredentials credentials) {
    return start(new FakeInferenceServer(model, device, FreePort.any(), credentials));
  }

  private static FakeInferenceServer start(FakeInferenceServer fake) {
    try {
      fake.port = fake.server.start().getPort();
      return fake;
    } catch (IOException e) {
      fake.close();
      throw new UncheckedIOException(e);
    }
  }

  /** For clients: host and port. */
  public String target() {
    return "127.0.0.1:" + port;
  }

  /** What goes wrong from now on. */
  public void faults(Faults faults) {
    endpoint.faults(faults);
  }

  public int port() {
    return port;
  }

  /** Whether it says that the model is ready. */
  public void ready(boolean ready) {
    endpoint.ready(ready);
  }

  /** Whether it leaves questions whether the model is ready without an answer. */
  public void silent(boolean silent) {
    endpoint.silent(silent);
  }

  /** How it describes the model; without, as a server that knows nothing of ModelConfig. */
  public void config(Optional<ModelConfig> config) {
    endpoint.config(config);
  }

  /** The ids that requests had. */
  public Set<String> ids() {
    return endpoint.ids();
  }

  /** How often it was asked whether the model is ready. */
  public long asked() {
    return endpoint.asked();
  }

  public Counts counts() {
    return endpoint.counts();
  }

  @Override
  public void close() {
    server.shutdownNow();
    device.close();
    try {
      server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
  }
}
