package dev.sluice.gateway.upstream;

import com.google.common.base.Splitter;
import com.google.common.net.HostAndPort;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.PlainText;

/** Targets that the gateway may call in plain text: on this machine, or where that was chosen. */
final class PlainTargets {

  private static final Splitter COMMAS = Splitter.on(',').trimResults().omitEmptyStrings();
  private static final String SOCKET = "unix:";

  private PlainTargets() {}

  /**
   * @param key that the target was read from
   * @param authority the key that would encrypt the channel
   */
  static void check(
      Settings settings, String key, String target, ChannelTls tls, String authority) {
    if (!PlainText.isAllowed(settings) && !tls.isOn() && !staysHere(target)) {
      settings.refuse(
          "%s is %s, which would be called in plain text: set %s, or %s=true where the network can be trusted"
              .formatted(key, target, authority, PlainText.KEY));
    }
  }

  /** Whether all addresses of a target are this machine's. */
  static boolean staysHere(String target) {
    return target.startsWith(SOCKET)
        || COMMAS
            .splitToStream(target.substring(target.lastIndexOf('/') + 1))
            .allMatch(PlainTargets::isLocal);
  }

  private static boolean isLocal(String address) {
    try {
      return PlainText.staysHere(HostAndPort.fromString(address).getHost());
    } catch (IllegalArgumentException e) { // not an address; who connects will say so
      return false;
    }
  }
}
