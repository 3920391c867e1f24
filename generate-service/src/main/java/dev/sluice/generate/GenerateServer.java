package dev.sluice.generate;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Slots;
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
    var metrics = new GenerateMetrics(registry);
    return serve(server, config, extractive(config, registry, metrics), metrics);
  }

  static ServiceServer serve(
      ServiceServer server, GenerateConfig config, GenerateModel bare, GenerateMetrics metrics) {
    GenerateModel model = server.own(GatedModel.inFrontOf(bare, server.metrics().registry()));
    var endpoint = new GenerateEndpoint(model, config.server().deadlines(), metrics);
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), List.of(endpoint));
    return server;
  }

  static ExtractiveModel extractive(
      GenerateConfig config, MeterRegistry registry, GenerateMetrics metrics) {
    SentenceEncoder encoder =
        SentenceEncoder.load(
            ModelFiles.at(config.modelDirectory()),
            ExtractiveModel.usage(config.supportThreshold()),
            Slots.orProcessors(config.slots()),
            config.maxQueuedTokens());
    var batcher = new Batcher<>("generate", encoder, new BatchMetrics(registry));
    var reader =
        new PassageReader(encoder, batcher, new PassageCache(config.cacheBytes()), metrics);
    return new ExtractiveModel(encoder, batcher, reader, config.supportThreshold());
  }
}
