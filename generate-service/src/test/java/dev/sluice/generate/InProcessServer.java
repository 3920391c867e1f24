package dev.sluice.generate;

import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceBlockingV2Stub;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceStub;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.models.Models;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A {@link GenerateEndpoint} over a model, and stubs to call it. Does not own the model. */
final class InProcessServer implements AutoCloseable {

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Server server;
  private final ManagedChannel channel;

  InProcessServer(GenerateModel model, Duration defaultDeadline) throws IOException {
    var models = new Models<GenerateModel>(registry, Duration.ZERO);
    models.serve(model);
    var endpoint =
        new GenerateEndpoint(
            models, new Deadlines(defaultDeadline, defaultDeadline), new GenerateMetrics(registry));
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).addService(endpoint).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  GenerateServiceBlockingV2Stub blocking() {
    return GenerateServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  GenerateServiceStub async() {
    return GenerateServiceGrpc.newStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
