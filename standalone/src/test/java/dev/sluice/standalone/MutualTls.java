package dev.sluice.standalone;

import dev.sluice.serving.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A cluster whose four servers prove themselves to each other, and whose callers have to as well.
 */
final class MutualTls {

  /** The folder with a caller's certificate. */
  static final String CALLER = "caller";

  private static final String GATEWAY = "gateway.example.org";
  private static final List<String> SERVICES = List.of("embed", "rerank", "generate");

  private MutualTls() {}

  /**
   * One authority signs for the gateway, the services and a caller, each in a folder of its own.
   */
  static Map<String, String> settings(Path folder) throws IOException {
    var authority = new TestAuthority("cluster");
    Map<String, String> settings = new HashMap<>();
    for (String service : SERVICES) {
      Path files = folder.resolve(service);
      authority.issue(service + ".example.org", files);
      settings.putAll(TestAuthority.mutual(prefix(service), files, GATEWAY));
    }
    Path files = folder.resolve("gateway");
    authority.issue(GATEWAY, files);
    settings.putAll(TestAuthority.mutual(prefix("gateway"), files, ""));
    String upstream = prefix("gateway") + "UPSTREAM_TLS_";
    settings.put(upstream + "CA_FILE", files.resolve("ca.crt").toString());
    settings.put(upstream + "CERTIFICATE_FILE", files.resolve("tls.crt").toString());
    settings.put(upstream + "KEY_FILE", files.resolve("tls.key").toString());
    authority.issue("caller.example.org", folder.resolve(CALLER));
    return settings;
  }

  private static String prefix(String server) {
    return "SLUICE_" + server.toUpperCase(Locale.ROOT) + "_";
  }
}
