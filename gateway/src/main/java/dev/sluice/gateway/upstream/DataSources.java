package dev.sluice.gateway.upstream;

import dev.sluice.serving.failure.Failure;
import java.util.Map;

/** The configured data sources, by name. Owns nothing. */
public final class DataSources {

  private final Map<String, RetrieveUpstream> byName;

  public DataSources(Map<String, RetrieveUpstream> byName) {
    this.byName = Map.copyOf(byName);
  }

  /**
   * @throws Failure.NotFound for a name that is not configured
   */
  public RetrieveUpstream find(String name) {
    RetrieveUpstream source = byName.get(name);
    if (source == null) {
      throw new Failure.NotFound("data source", name);
    }
    return source;
  }
}
