package dev.sluice.bench.overload;

import dev.sluice.gateway.access.ApiKey;
import dev.sluice.gateway.access.KeyEntry;
import dev.sluice.gateway.access.Permissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who puts load on a cluster, each with an API key.
 *
 * @param headers that prove to the gateway that a call is of a tenant, by the tenant's name
 */
public record Tenants(Path file, Map<String, Map<String, String>> headers) {

  /** Who behaves. */
  public static final String MODEST = "modest";

  /** Who sends more than there is room for. */
  public static final String FLOODING = "flooding";

  /** Makes their keys, and writes the gateway's file of them. */
  public static Tenants write(Path file) throws IOException {
    Map<String, Map<String, String>> headers = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    Permissions all = Permissions.parse(List.of("all")).orElseThrow();
    for (String tenant : List.of(MODEST, FLOODING)) {
      ApiKey key = ApiKey.random(new SecureRandom());
      lines.add(KeyEntry.of(key, tenant, tenant, all, Optional.empty()).written());
      headers.put(tenant, Map.of("authorization", "Bearer " + key.written()));
    }
    Files.write(file, lines);
    return new Tenants(file, headers);
  }

  /** Metadata of a tenant's calls to the gateway. */
  public Map<String, String> of(String tenant) {
    return headers.getOrDefault(tenant, Map.of());
  }
}
