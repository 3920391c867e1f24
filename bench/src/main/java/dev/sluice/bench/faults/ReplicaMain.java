package dev.sluice.bench.faults;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An embed-service in a process of its own that sleeps instead of computing. Prints its address,
 * then obeys its input: {@code slower N} multiplies its time, {@code running} has it print the
 * calls that it works on. Ends with its input.
 */
public final class ReplicaMain {

  private static final long SERVICE_NANOS = 10_000_000;

  /** Calls that it pretends to work on side by side. */
  private static final double SLOTS = 16;

  private final AtomicInteger running = new AtomicInteger();
  private volatile int slower = 1;

  private ReplicaMain() {}

  public static void main(String[] arguments) throws IOException {
    new ReplicaMain().run();
  }

  private void run() throws IOException {
    var settings =
        new Settings(Map.of("SLUICE_EMBED_PORT", "0", "SLUICE_EMBED_MANAGEMENT_PORT", "0"));
    try (var server = new ServiceServer(ServerConfig.read(settings, "embed", 0))) {
      server.reportLoad(() -> running.get() / SLOTS);
      server.serve(1 << 20, List.of(CallerMetadata.receiver()), List.of(new Embed()));
      System.out.println(server.address());
      var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        obey(line);
      }
    }
  }

  private void obey(String line) {
    if (line.startsWith("slower ")) {
      slower = Integer.parseInt(line.substring("slower ".length()));
    } else {
      System.out.println(running.get());
    }
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      running.incrementAndGet();
      try {
        LockSupport.parkNanos(SERVICE_NANOS * slower);
        response.onNext(EmbedResponse.newBuilder().setModel("asleep").build());
        response.onCompleted();
      } finally {
        running.decrementAndGet();
      }
    }
  }
}
