package dev.sluice.serving.tls;

import dev.sluice.serving.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a server's port is secured.
 *
 * @param files its certificate; authorities: whose certificates clients must have
 * @param clients identities that may call; empty: everybody whom an authority vouches for
 */
public record ServerTls(TlsFiles files, List<String> clients) {

  /**
   * Reads {@code SLUICE_<NAME>_TLS_…}.
   *
   * @param prefix {@code SLUICE_<NAME>_}
   * @param host that the server listens on
   */
  public static ServerTls read(Settings settings, String name, String prefix, String host) {
    String tls = prefix + "TLS_";
    var authorities =
        settings.path(
            tls + "CLIENT_CA_FILE",
            "Certificates in PEM of the authorities that clients' certificates must be signed by;"
                + " without it clients need none.");
    TlsFiles files = TlsFiles.read(settings, tls, "the " + name + " server shows", authorities);
    List<String> clients =
        list(
            settings.text(
                tls + "CLIENTS",
                "",
                "Identities, separated by commas, one of which a client's certificate must name as"
                    + " a DNS or URI name (SPIFFE too) to call anything but health checks; empty:"
                    + " any certificate of those authorities will do."));
    var read = new ServerTls(files, clients);
    read.check(settings, name, tls, host);
    return read;
  }

  private static List<String> list(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  private void check(Settings settings, String name, String tls, String host) {
    boolean plainTextMayTravel = PlainText.isAllowed(settings) || PlainText.staysHere(host);
    String both = tls + "CERTIFICATE_FILE and " + tls + "KEY_FILE";
    if (!isOn() && !plainTextMayTravel) {
      settings.refuse(
          "the %s server would listen on %s in plain text: set %s, or %s=true where the network can be trusted"
              .formatted(name, host, both, PlainText.KEY));
    }
    if (!isOn() && files.authorities().isPresent()) {
      settings.refuse(tls + "CLIENT_CA_FILE needs " + both);
    }
    if (files.authorities().isEmpty() && !clients.isEmpty()) {
      settings.refuse(
          tls + "CLIENTS needs " + tls + "CLIENT_CA_FILE, which proves who a client is");
    }
  }

  /** A service behind the gateway that is secured takes no calls but those of named clients. */
  public void checkIsMutual(Settings settings, String name, String prefix) {
    if (isOn() && (files.authorities().isEmpty() || clients.isEmpty())) {
      settings.refuse(
          "with TLS the %s server takes calls of its gateway alone: set %sTLS_CLIENT_CA_FILE, and %sTLS_CLIENTS to the gateway's name"
              .formatted(name, prefix, prefix));
    }
  }

  public boolean isOn() {
    return files.certificate().isPresent() || files.key().isPresent();
  }

  /** What lets those clients call alone, where they are named. */
  public Optional<ListedClients> listed(String name) {
    return clients.isEmpty() ? Optional.empty() : Optional.of(new ListedClients(name, clients));
  }
}
