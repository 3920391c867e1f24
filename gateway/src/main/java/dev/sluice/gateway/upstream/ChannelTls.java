package dev.sluice.gateway.upstream;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.TlsFiles;
import java.util.Optional;

/**
 * How channels to other servers are secured.
 *
 * @param files authorities that those servers are believed by, and what the gateway shows them;
 *     empty: plain text
 * @param name that their certificates must have; empty: the one in the target
 */
public record ChannelTls(Optional<TlsFiles> files, String name) {

  /** Plain text. */
  public static final ChannelTls NONE = new ChannelTls(Optional.empty(), "");

  /** Reads {@code SLUICE_GATEWAY_UPSTREAM_TLS_…}, for the three services. */
  static ChannelTls ofServices(Settings settings) {
    String prefix = "SLUICE_GATEWAY_UPSTREAM_TLS_";
    String authority = prefix + "CA_FILE";
    var authorities =
        settings.path(
            authority,
            "Certificates in PEM of the authorities that the services' certificates are signed by."
                + " With it all channels to services are encrypted.");
    TlsFiles files = TlsFiles.read(settings, prefix, "the gateway to services", authorities);
    String name =
        settings.text(
            prefix + "NAME",
            "",
            "The name that every service's certificate must have; without it the one that its"
                + " target has. For targets by address.");
    if (authorities.isEmpty() && (files.certificate().isPresent() || !name.isEmpty())) {
      settings.refuse(prefix + "CERTIFICATE_FILE and " + prefix + "NAME need " + authority);
    }
    return new ChannelTls(authorities.map(_ -> files), name);
  }

  /**
   * Reads {@code <prefix>TLS_CA_FILE} of a data source, which is shown no certificate.
   *
   * @param prefix as {@code SLUICE_GATEWAY_DATA_SOURCE_WIKI_}
   */
  static ChannelTls ofDataSource(Settings settings, String prefix) {
    var authorities =
        settings.path(
            prefix + "TLS_CA_FILE",
            "Certificates in PEM of the authorities that its certificate is signed by. With it the"
                + " channel is encrypted.");
    return new ChannelTls(authorities.map(_ -> TlsFiles.believing(settings, authorities)), "");
  }

  boolean isOn() {
    return files.isPresent();
  }
}
