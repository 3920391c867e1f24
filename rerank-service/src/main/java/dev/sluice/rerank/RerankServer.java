package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.OnnxModel;
import dev.sluice.serving.encoder.Slots;
import dev.sluice.serving.server.ServiceServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Puts the rerank-service together. */
public final class RerankServer {

  /** 1000 documents of 131072 characters would be more; nobody sends that. */
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private RerankServer() {}

  /** Loads the model and starts the server; ready when it returns. */
  public static ServiceServer start(RerankConfig config) {
    ServiceServer server = new ServiceServer(config.server());
    try {
      serve(server, config);
      return server;
    } catch (RuntimeException | Error e) { // what cannot start leaves nothing behind
      server.close();
      throw e;
    }
  }

  private static void serve(ServiceServer server, RerankConfig config) {
    MeterRegistry registry = server.metrics().registry();
    PassageCache cache = new PassageCache(config.cacheBytes());
    RerankModel model = server.own(model(server, config, cache, new BatchMetrics(registry)));
    server.readyWhile(model::isReady);
    var endpoint =
        new RerankEndpoint(model, config.server().deadlines(), new RerankMetrics(registry, cache));
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), List.of(endpoint));
  }

  private static RerankModel model(
      ServiceServer server, RerankConfig config, PassageCache cache, BatchMetrics metrics) {
    return switch (config.backend()) {
      case ONNX -> local(server, config, cache, metrics);
      case INFERENCE -> remote(server, config, metrics);
    };
  }

  private static RerankModel local(
      ServiceServer server, RerankConfig config, PassageCache cache, BatchMetrics metrics) {
    ModelFiles files = ModelFiles.at(config.modelDirectory());
    OnnxModel network = server.own(OnnxModel.load(files, 1));
    int slots = Slots.orProcessors(config.slots());
    int most = config.maxQueuedTokens();
    return OnnxPairModel.fits(network)
        ? new CrossEncoderModel(new OnnxPairModel(files, network, slots, most), metrics)
        : LateInteractionModel.start(files, network, slots, most, cache, metrics);
  }

  private static RerankModel remote(
      ServiceServer server, RerankConfig config, BatchMetrics metrics) {
    if (config.modelDirectory().isEmpty()) {
      throw new ConfigurationException(
          List.of(
              config.remote().key("MODEL_DIRECTORY")
                  + " is missing: a model on model servers needs a directory with its"
                  + " tokenizer.json"));
    }
    ModelFiles files = ModelFiles.tokenizerAt(config.modelDirectory());
    return new CrossEncoderModel(
        server.own(RemotePairModel.load(config.remote(), files, config.maxQueuedTokens())),
        metrics);
  }
}
