package dev.sluice.serving.tls;

import dev.sluice.serving.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * How channels to other servers are secured.
 *
 * @param files authorities that those servers are believed by, and what they are shown; empty:
 *     plain text
 * @param name that their certificates must have; empty: the one in the target
 * @param authority the key that encrypts the channels, for messages
 * @param plainText whether plain text may leave this machine
 */
public record ChannelTls(
    Optional<TlsFiles> files, String name, String authority, boolean plainText) {

  /** Plain text, on this machine. */
  public static final ChannelTls NONE = new ChannelTls(Optional.empty(), "", "", false);

  /**
   * Reads {@code <prefix>CA_FILE} and its neighbours.
   *
   * @param prefix as {@code SLUICE_GATEWAY_UPSTREAM_TLS_}
   * @param here who calls, in words
   * @param there who is called, in words
   */
  public static ChannelTls read(Settings settings, String prefix, String here, String there) {
    String authority = prefix + "CA_FILE";
    var authorities =
        settings.path(
            authority,
            "Certificates in PEM of the authorities that the "
                + there
                + "' certificates are signed by. With it all channels to "
                + there
                + " are encrypted.");
    TlsFiles files = TlsFiles.read(settings, prefix, here + " shows to " + there, authorities);
    String name =
        settings.text(
            prefix + "NAME",
            "",
            "The name that the certificate of each of the "
                + there
                + " must have; without it the one that its target has. For targets by address.");
    if (authorities.isEmpty() && (files.certificate().isPresent() || !name.isEmpty())) {
      settings.refuse(prefix + "CERTIFICATE_FILE and " + prefix + "NAME need " + authority);
    }
    return new ChannelTls(
        authorities.map(_ -> files), name, authority, PlainText.isAllowed(settings));
  }

  /**
   * Reads {@code <prefix>TLS_CA_FILE} of a data source, which is shown no certificate.
   *
   * @param prefix as {@code SLUICE_GATEWAY_DATA_SOURCE_WIKI_}
   */
  public static ChannelTls ofDataSource(Settings settings, String prefix) {
    String authority = prefix + "TLS_CA_FILE";
    var authorities =
        settings.path(
            authority,
            "Certificates in PEM of the authorities that its certificate is signed by. With it the"
                + " channel is encrypted.");
    return new ChannelTls(
        authorities.map(_ -> TlsFiles.believing(settings, authorities)),
        "",
        authority,
        PlainText.isAllowed(settings));
  }

  /**
   * What is wrong with gRPC targets that would be called in plain text.
   *
   * @param key that they were read from
   */
  public Optional<String> refusal(String key, List<String> targets) {
    return files.isPresent() || plainText
        ? Optional.empty()
        : targets.stream()
            .filter(target -> !PlainText.targetStaysHere(target))
            .findFirst()
            .map(target -> PlainText.refusal(key, target, "set " + authority));
  }
}
