package dev.sluice.embed;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Slots;
import dev.sluice.serving.server.ServiceServer;
import java.util.List;

/** Puts the embed-service together. */
public final class EmbedServer {

  /** 1024 texts of 131072 characters would be more; nobody sends that. */
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private EmbedServer() {}

  /** Loads the model and starts the server; ready when it returns. */
  public static ServiceServer start(EmbedConfig config) {
    ServiceServer server = new ServiceServer(config.server());
    try {
      serve(server, config);
      return server;
    } catch (RuntimeException | Error e) { // what cannot start leaves nothing behind
      server.close();
      throw e;
    }
  }

  private static void serve(ServiceServer server, EmbedConfig config) {
    EmbedModel model = server.own(model(config));
    server.readyWhile(model::isReady);
    var registry = server.metrics().registry();
    var batcher = server.own(new Batcher<>("embed", model, new BatchMetrics(registry)));
    var endpoint =
        new EmbedEndpoint(model, batcher, config.server().deadlines(), new EmbedMetrics(registry));
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), List.of(endpoint));
  }

  private static EmbedModel model(EmbedConfig config) {
    return switch (config.backend()) {
      case ONNX ->
          OnnxEmbedModel.load(
              ModelFiles.at(config.modelDirectory()),
              Slots.orProcessors(config.slots()),
              config.maxQueuedTokens());
      case INFERENCE ->
          RemoteEmbedModel.load(
              config.remote(),
              ModelFiles.tokenizerAt(config.modelDirectory()),
              config.maxQueuedTokens());
    };
  }
}
