package dev.sluice.standalone;

import dev.sluice.embed.EmbedConfig;
import dev.sluice.gateway.GatewayConfig;
import dev.sluice.generate.GenerateConfig;
import dev.sluice.rerank.RerankConfig;
import dev.sluice.serving.config.Setting;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.logs.LogFormat;
import dev.sluice.serving.server.LogLevel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the one-machine cluster is configured with: the same keys as its four processes. */
record ClusterConfig(
    EmbedConfig embed, RerankConfig rerank, GenerateConfig generate, GatewayConfig gateway) {

  private static final List<String> SERVERS = List.of("EMBED", "RERANK", "GENERATE", "GATEWAY");

  /** Reads the environment, over it the data directory and, if wanted, free ports. */
  static ClusterConfig read(Map<String, String> environment, Path data, boolean freePorts) {
    Map<String, String> overrides = new HashMap<>();
    overrides.put("SLUICE_DATA", data.toString());
    if (freePorts) {
      SERVERS.forEach(server -> {
        overrides.put("SLUICE_" + server + "_PORT", "0");
        overrides.put("SLUICE_" + server + "_MANAGEMENT_PORT", "0");
      });
    }
    Settings settings = new Settings(environment).with(overrides);
    ClusterConfig config = read(settings);
    settings.finish();
    return config;
  }

  private static ClusterConfig read(Settings settings) {
    LogLevel.read(settings);
    LogFormat.read(settings);
    settings.path(
        "SLUICE_API_KEY_FILE",
        "File with the key or token that the commands of ./sluice send, where --api-key-file names"
            + " none.");
    return new ClusterConfig(
        EmbedConfig.read(settings),
        RerankConfig.read(settings),
        GenerateConfig.read(settings),
        GatewayConfig.read(settings));
  }

  /** Every key of every process. */
  static List<Setting> described() {
    Settings settings = new Settings(Map.of());
    read(settings);
    return settings.described();
  }
}
