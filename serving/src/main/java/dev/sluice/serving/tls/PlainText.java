package dev.sluice.serving.tls;

import dev.sluice.serving.config.Settings;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where bytes may travel unencrypted: on this machine, and further if somebody chose that. */
public final class PlainText {

  /** The switch, for messages. */
  public static final String KEY = "SLUICE_ALLOW_PLAINTEXT";

  /** Addresses that stay on the machine. Other names could lead anywhere. */
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

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
            "Whether servers may listen beyond loopback, and the gateway may call others there,"
                + " without TLS. For networks that encrypt by themselves, and for trying things.")
        == Allowed.TRUE;
  }

  /** Whether what is sent to a host, or taken on an address, stays on this machine. */
  public static boolean staysHere(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
