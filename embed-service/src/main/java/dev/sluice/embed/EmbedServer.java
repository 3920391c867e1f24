package dev.sluice.embed;

import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.door.CallDoor;
import dev.sluice.serving.models.ModelAdmin;
import dev.sluice.serving.models.Models;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
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
    MeterRegistry registry = server.metrics().registry();
    var modelServers =
        server.own(ChannelSecurity.open("model servers", config.modelServers(), registry));
    var models = server.own(new Models<BatchedModel>(registry, config.server().drainTimeout()));
    var loader = new EmbedLoader(registry, modelServers);
    ModelAdmin.load(config.models(), loader, models);
    server.readyWhile(models::isReady);
    server.reportLoad(models::utilisation);
    server.guard(CallDoor.ofService(config.server().maxCalls(), registry));
    List<BindableService> services = new ArrayList<>();
    services.add(
        new EmbedEndpoint(models, config.server().deadlines(), new EmbedMetrics(registry)));
    ModelAdmin.service(config.models(), loader, models, true).ifPresent(services::add);
    server.serve(MAX_MESSAGE_BYTES, List.of(CallerMetadata.receiver()), services);
  }
}
