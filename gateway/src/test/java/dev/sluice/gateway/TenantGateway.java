package dev.sluice.gateway;

import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.server.ServiceServer;
import java.util.List;

/**
 * The gateway on a real socket, but with its callers' tenants out of metadata, as the services take
 * them: for tests that act as several tenants and are not about credentials.
 */
public final class TenantGateway {

  private TenantGateway() {}

  /** The caller closes it. */
  public static ServiceServer start(GatewayConfig config) {
    return GatewayServer.start(
        config, new ServiceServer(config.server()), List.of(CallerMetadata.receiver()));
  }
}
