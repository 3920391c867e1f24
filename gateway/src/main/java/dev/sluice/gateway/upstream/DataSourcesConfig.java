package dev.sluice.gateway.upstream;

import dev.sluice.serving.config.Settings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The data sources that searches may name instead of a collection.
 *
 * @param targets gRPC targets of their {@code RetrieverService}, by name
 */
public record DataSourcesConfig(Map<String, String> targets) {

  private static final String PREFIX = "SLUICE_GATEWAY_DATA_SOURCE";

  /** Reads {@code SLUICE_GATEWAY_DATA_SOURCES} and the target of each. */
  public static DataSourcesConfig read(Settings settings) {
    List<String> names =
        settings.names(
            PREFIX + "S",
            "Names of the data sources that requests may search instead of a collection, separated"
                + " by commas. Each is a server of sluice.retriever.v1.RetrieverService whose gRPC"
                + " target stands under its name: "
                + PREFIX
                + "_WIKI_TARGET for one named wiki.");
    Map<String, String> targets = new LinkedHashMap<>();
    names.forEach(name -> targets.put(name, settings.neededText(key(name), "Its gRPC target.")));
    return new DataSourcesConfig(Collections.unmodifiableMap(targets));
  }

  private static String key(String name) {
    String upper = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    return PREFIX + "_" + upper + "_TARGET";
  }
}
