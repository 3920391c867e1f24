package dev.sluice.gateway;

import dev.sluice.serving.server.ServiceMain;

/** The gateway as a process of its own. */
public final class GatewayMain {

  private GatewayMain() {}

  public static void main(String[] arguments) {
    ServiceMain.run(settings -> {
      GatewayConfig config = GatewayConfig.read(settings);
      settings.finish();
      return GatewayServer.start(config);
    });
  }
}
