package dev.sluice.generate;

import dev.sluice.generate.model.GenerateModel;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.metrics.CacheMetrics;
import dev.sluice.serving.models.ModelAdmin;
import dev.sluice.serving.models.ModelLoader;
import dev.sluice.serving.models.Models;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
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
    var caches = new CacheMetrics(registry, "generate_passages");
    var modelServers =
        server.own(ChannelSecurity.open("model servers", config.modelServers(), registry));
    return serve(
        server, config, new GenerateLoader(registry, caches, config.modelServers(), modelServers));
  }

  static ServiceServer serve(
      ServiceServer server,
      GenerateConfig config,
      ModelLoader<GenerateModelConfig, GenerateModel> loader) {
    MeterRegistry registry = server.metrics().registry();
    var models = server.own(new Models<GenerateModel>(registry, config.server().drainTimeout()));
    ModelAdmin.load(config.models(), loader, models);
    server.readyWhile(models::isReady);
    server.reportLoad(models::utilisation);
    List<BindableService> services = new ArrayList<>();
    services.add(
        new GenerateEndpoint(models, config.server().deadlines(), new GenerateMetrics(registry)));
    ModelAdmin.service(config.models(), loader, models, false).ifPresent(services::add);
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), services);
    return server;
  }
}
