package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.Unavailable;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the store trusts, and who it says that it is. */
class OpenSearchSecurityIT {

  private static final CollectionKey BOOKS = key("books");
  private static final String SECRET = "changeit";

  @TempDir private Path directory;

  /** Makes a certificate of its own for a name; in files {@code NAME.p12} and {@code NAME.pem}. */
  private void certify(String name, String subject) throws Exception {
    Path store = directory.resolve(name + ".p12");
    keytool(
        store,
        List.of("-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=" + subject));
    keytool(
        store,
        List.of("-exportcert", "-rfc", "-file", directory.resolve(name + ".pem").toString()));
  }

  private void keytool(Path store, List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(arguments);
    command.addAll(List.of("-alias", "node", "-storepass", SECRET, "-keystore", store.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).as(() -> command.toString()).isZero();
  }

  private SSLContext context(String name) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(directory.resolve(name + ".p12"))) {
      keys.load(file, SECRET.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, SECRET.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private String secret(String text) throws Exception {
    return Files.writeString(directory.resolve("secret"), text).toString();
  }

  @Test
  void aClusterWhoseCertificateTheCaFileSignedIsSpokenToEncrypted() throws Exception {
    certify("node", "ip:127.0.0.1");
    try (FakeOpenSearch cluster = FakeOpenSearch.start(context("node"));
        DocumentStore store =
            SharedNode.open(Map.of("URLS", cluster.url(), "CA_FILE", file("node.pem")))) {
      assertThat(store.collection(BOOKS).key()).isEqualTo(BOOKS);
    }
  }

  @Test
  void aCertificateOfSomebodyElseIsRefusedAndNamedAsTheReason() throws Exception {
    certify("node", "ip:127.0.0.1");
    certify("other", "ip:127.0.0.1");
    certify("elsewhere", "dns:elsewhere.example");
    assertThatIsNotTrusted("node", "other");
    assertThatIsNotTrusted("elsewhere", "elsewhere");
  }

  private void assertThatIsNotTrusted(String server, String trusted) throws Exception {
    try (FakeOpenSearch cluster = FakeOpenSearch.start(context(server));
        DocumentStore store =
            SharedNode.open(Map.of("URLS", cluster.url(), "CA_FILE", file(trusted + ".pem")))) {
      assertThatThrownBy(() -> store.collection(BOOKS))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("certificate is not trusted");
      assertThat(cluster.requests(FakeOpenSearch.INDEX)).isZero();
    }
  }

  @Test
  void theUserAndThePasswordOfTheFileAreSentAsTheyAreAtThatMoment() throws Exception {
    try (FakeOpenSearch cluster = FakeOpenSearch.start();
        DocumentStore store =
            SharedNode.open(
                Map.of(
                    "URLS",
                    cluster.url(),
                    "USER",
                    "sluice",
                    "PASSWORD_FILE",
                    secret("geheim\n")))) {
      store.collection(BOOKS);
      secret("neu");
      store.collection(BOOKS);
      Files.delete(directory.resolve("secret"));
      store.collection(BOOKS);
      assertThat(cluster.authorizations())
          .containsExactly(basic("sluice:geheim"), basic("sluice:neu"), basic("sluice:neu"));
    }
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aTokenIsSentAsABearerTokenAndMayChange() throws Exception {
    try (FakeOpenSearch cluster = FakeOpenSearch.start();
        DocumentStore store =
            SharedNode.open(Map.of("URLS", cluster.url(), "TOKEN_FILE", secret("one\n")))) {
      store.collection(BOOKS);
      secret("two");
      store.collection(BOOKS);
      assertThat(cluster.authorizations()).containsExactly("Bearer one", "Bearer two");
    }
  }

  @Test
  void aClusterThatRefusesTheGatewayIsOurMistakeAndNotTheCallers() throws Exception {
    try (FakeOpenSearch cluster = FakeOpenSearch.start();
        DocumentStore store = SharedNode.open(Map.of("URLS", cluster.url()))) {
      for (int status : List.of(401, 403)) {
        cluster.always(FakeOpenSearch.INDEX, status, "Unauthorized");
        assertThatThrownBy(() -> store.collection(BOOKS))
            .isInstanceOf(Internal.class)
            .hasMessage("the document store refuses this gateway");
      }
    }
  }

  @Test
  void whatIsConfiguredWronglyIsSaidInOneLine() throws Exception {
    String secret = secret("geheim");
    assertRefused(Map.of("USER", "sluice"), "SLUICE_GATEWAY_OPENSEARCH_PASSWORD_FILE must be set");
    assertRefused(Map.of("PASSWORD_FILE", secret), "SLUICE_GATEWAY_OPENSEARCH_USER must be set");
    assertRefused(
        Map.of("USER", "sluice", "PASSWORD_FILE", secret, "TOKEN_FILE", secret),
        "exclude each other");
    assertRefused(Map.of("TOKEN_FILE", file("none")), "SLUICE_GATEWAY_OPENSEARCH_TOKEN_FILE");
    assertRefused(Map.of("CA_FILE", secret), "SLUICE_GATEWAY_OPENSEARCH_CA_FILE");
    assertRefused(Map.of("URLS", "localhost:9200"), "'localhost:9200'");
    assertRefused(Map.of("PREFIX", "*"), "SLUICE_GATEWAY_OPENSEARCH_PREFIX");
  }

  private static void assertRefused(Map<String, String> keys, String problem) {
    assertThatThrownBy(() -> SharedNode.open(keys).close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(problem)
        .hasMessageNotContaining("\n");
  }
}
