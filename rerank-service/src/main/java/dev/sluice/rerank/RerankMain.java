package dev.sluice.rerank;

import dev.sluice.serving.server.ServiceMain;

/** The rerank-service as a process of its own. */
public final class RerankMain {

  private RerankMain() {}

  public static void main(String[] arguments) {
    ServiceMain.run(settings -> {
      RerankConfig config = RerankConfig.read(settings);
      settings.finish();
      return RerankServer.start(config);
    });
  }
}
