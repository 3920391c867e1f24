package dev.sluice.serving.tls;

import dev.sluice.serving.config.Settings;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where bytes may travel unencrypted: on this machine, and further if somebody chose that. */
public final class PlainText {

  /** The switch, for messages. */
  public static final String KEY = "SLUICE_ALLOW_PLAINTEXT";

  /** Addresses that stay on the machine. Other names could lead anywhere. */
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

  private static final String SOCKET = "unix:";

  private PlainText() {}

  /** Whether plain text was chosen. */
  public enum Allowed {
    FALSE,
    TRUE
  }

  /** Reads {@code SLUICE_ALLOW_PLAINTEXT}. */
  public static boolean isAllowed(Settings settings) {
    return settings.choice(
            KEY,
            Allowed.FALSE,
            "Whether servers may listen beyond loopback, and others there be called, without TLS."
                + " For networks that encrypt by themselves, and for trying things.")
        == Allowed.TRUE;
  }

  /** Whether what is sent to a host, or taken on an address, stays on this machine. */
  public static boolean staysHere(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  /** Whether all addresses of a gRPC target are this machine's. */
  static boolean targetStaysHere(String target) {
    return target.startsWith(SOCKET)
        || Stream.of(target.substring(target.lastIndexOf('/') + 1).split(","))
            .map(String::strip)
            .filter(address -> !address.isEmpty())
            .allMatch(address -> hostStaysHere("grpc://" + address));
  }

  /** Whether what is sent to a URL is encrypted, or stays on this machine. */
  public static boolean isSafe(String url) {
    return url.startsWith("https:") || hostStaysHere(url);
  }

  private static boolean hostStaysHere(String url) {
    try {
      String host = URI.create(url).getHost();
      return host != null && staysHere(host);
    } catch (IllegalArgumentException e) { // not an address; who connects will say so
      return false;
    }
  }

  /**
   * Why a target is not called.
   *
   * @param cure what would make it safe, in words
   */
  public static String refusal(String key, String target, String cure) {
    return "%s has %s, which would be called in plain text: %s, or %s=true where the network can be trusted"
        .formatted(key, target, cure, KEY);
  }
}
