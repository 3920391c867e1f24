package dev.sluice.generate;

import dev.sluice.generate.extractive.ExtractiveModel;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.openai.OpenAiModel;
import dev.sluice.generate.triton.TritonModel;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.server.ServiceServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Puts the generate-service together. */
public final class GenerateServer {

  /** 128 documents of 131072 characters, and a conversation beside them. */
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private GenerateServer() {}

  /** Loads the model and starts the server; ready when it returns. */
  public static ServiceServer start(GenerateConfig config) {
    ServiceServer server = new ServiceServer(config.server());
    try {
      return serve(server, config);
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private static ServiceServer serve(ServiceServer server, GenerateConfig config) {
    MeterRegistry registry = server.metrics().registry();
    return serve(server, config, model(config, registry));
  }

  private static GenerateModel model(GenerateConfig config, MeterRegistry registry) {
    return switch (config.backend()) {
      case EXTRACTIVE -> ExtractiveModel.start(config.extractive(), registry);
      case OPENAI -> OpenAiModel.start(config.openAi());
      case TRITON -> TritonModel.start(config.triton());
    };
  }

  static ServiceServer serve(ServiceServer server, GenerateConfig config, GenerateModel bare) {
    MeterRegistry registry = server.metrics().registry();
    GenerateModel model = server.own(GatedModel.inFrontOf(bare, registry));
    server.readyWhile(model::isReady);
    var metrics = new GenerateMetrics(registry);
    var endpoint = new GenerateEndpoint(model, config.server().deadlines(), metrics);
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), List.of(endpoint));
    return server;
  }
}
