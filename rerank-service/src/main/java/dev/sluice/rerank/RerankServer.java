package dev.sluice.rerank;

import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.door.CallDoor;
import dev.sluice.serving.metrics.CacheMetrics;
import dev.sluice.serving.models.ModelAdmin;
import dev.sluice.serving.models.Models;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
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
    var modelServers =
        server.own(ChannelSecurity.open("model servers", config.modelServers(), registry));
    var models = server.own(new Models<RerankModel>(registry, config.server().drainTimeout()));
    var loader =
        new RerankLoader(registry, new CacheMetrics(registry, "rerank_passages"), modelServers);
    ModelAdmin.load(config.models(), loader, models);
    server.readyWhile(models::isReady);
    server.reportLoad(models::utilisation);
    server.guard(CallDoor.ofService(config.server().maxCalls(), registry));
    List<BindableService> services = new ArrayList<>();
    services.add(
        new RerankEndpoint(models, config.server().deadlines(), new RerankMetrics(registry)));
    ModelAdmin.service(config.models(), loader, models, false).ifPresent(services::add);
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), services);
  }
}
