package dev.sluice.rerank;

import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.caller.CallerMetadata;
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
    ModelFiles files = ModelFiles.at(config.modelDirectory());
    OnnxModel network = server.own(OnnxModel.load(files, 1));
    MeterRegistry registry = server.metrics().registry();
    PassageCache cache = new PassageCache(config.cacheBytes());
    RerankModel model =
        server.own(model(config, files, network, cache, new BatchMetrics(registry)));
    var endpoint =
        new RerankEndpoint(model, config.server().deadlines(), new RerankMetrics(registry, cache));
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), List.of(endpoint));
  }

  private static RerankModel model(
      RerankConfig config,
      ModelFiles files,
      OnnxModel network,
      PassageCache cache,
      BatchMetrics metrics) {
    int slots = Slots.orProcessors(config.slots());
    return PairClassifier.fits(network)
        ? CrossEncoderModel.start(files, network, slots, config.maxQueuedTokens(), metrics)
        : LateInteractionModel.start(
            files, network, slots, config.maxQueuedTokens(), cache, metrics);
  }
}
