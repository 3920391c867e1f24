package dev.sluice.embed;

import dev.sluice.serving.server.ServiceMain;

/** The embed-service as a process of its own. */
public final class EmbedMain {

  private EmbedMain() {}

  public static void main(String[] arguments) {
    ServiceMain.run(settings -> {
      EmbedConfig config = EmbedConfig.read(settings);
      settings.finish();
      return EmbedServer.start(config);
    });
  }
}
