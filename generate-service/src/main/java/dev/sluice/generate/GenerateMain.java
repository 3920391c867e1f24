package dev.sluice.generate;

import dev.sluice.serving.server.ServiceMain;

/** The generate-service as a process of its own. */
public final class GenerateMain {

  private GenerateMain() {}

  public static void main(String[] arguments) {
    ServiceMain.run(settings -> {
      GenerateConfig config = GenerateConfig.read(settings);
      settings.finish();
      return GenerateServer.start(config);
    });
  }
}
