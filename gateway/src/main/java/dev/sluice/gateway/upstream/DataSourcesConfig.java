package dev.sluice.gateway.upstream;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.ChannelTls;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The data sources that searches may name instead of a collection.
 *
 * @param sources by name
 */
public record DataSourcesConfig(Map<String, Source> sources) {

  /** One of them: the gRPC target of its {@code RetrieverService}, and how it is reached. */
  public record Source(String target, ChannelTls tls) {}

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
    Map<String, Source> sources = new LinkedHashMap<>();
    names.forEach(name -> sources.put(name, source(settings, prefix(name))));
    return new DataSourcesConfig(Collections.unmodifiableMap(sources));
  }

  private static Source source(Settings settings, String prefix) {
    ChannelTls tls = ChannelTls.ofDataSource(settings, prefix);
    String key = prefix + "TARGET";
    String target = settings.neededText(key, "Its gRPC target.");
    if (!target.isEmpty()) {
      tls.refusal(key, List.of(target)).ifPresent(settings::refuse);
    }
    return new Source(target, tls);
  }

  private static String prefix(String name) {
    String upper = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    return PREFIX + "_" + upper + "_";
  }
}
