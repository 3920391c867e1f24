package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.serving.network.FreePort;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The real API server of Kubernetes with a real etcd, on loopback. Nothing runs what it is told:
 * there are no controllers and no nodes. {@link #close} ends both.
 */
final class ApiServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "of-a-test";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final String address = "127.0.0.1:" + FreePort.any();
  private final HttpClient client;

  /**
   * Starts both, and waits until the server is ready.
   *
   * @param built what install.sh prints
   * @param folder for what they write
   */
  ApiServer(Path built, Path folder) throws Exception {
    this.folder = folder;
    String etcd = "http://127.0.0.1:" + FreePort.any();
    run(
        "etcd",
        "--data-dir=etcd",
        "--unsafe-no-fsync",
        "--listen-client-urls=" + etcd,
        "--advertise-client-urls=" + etcd,
        "--listen-peer-urls=http://127.0.0.1:" + FreePort.any());
    Files.writeString(folder.resolve("tokens.csv"), TOKEN + ",tester,1,system:masters\n");
    String key = built.resolve("service-accounts.key").toString();
    run(
        built.resolve("kube-apiserver").toString(),
        "--etcd-servers=" + etcd,
        "--bind-address=127.0.0.1",
        "--secure-port=" + address.substring(address.indexOf(':') + 1),
        "--cert-dir=certificates",
        "--token-auth-file=tokens.csv",
        "--authorization-mode=AlwaysAllow",
        "--service-account-issuer=https://sluice.test",
        "--service-account-key-file=" + key,
        "--service-account-signing-key-file=" + key,
        "--service-cluster-ip-range=10.0.0.0/24");
    Path certificate = folder.resolve("certificates").resolve("apiserver.crt");
    await(() -> Files.exists(certificate));
    client = HttpClient.newBuilder().sslContext(trusting(certificate)).build();
    await(this::isReady);
  }

  private void run(String... command) throws IOException {
    Path log = folder.resolve(Path.of(command[0]).getFileName() + ".log");
    processes.add(
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start());
  }

  /** Something to wait for. */
  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  /** Waits, as long as both run. */
  void await(Condition condition) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end || processes.stream().anyMatch(each -> !each.isAlive())) {
        throw new IllegalStateException("no API server; its log is in " + folder);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static SSLContext trusting(Path certificate)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = new FileInputStream(certificate.toFile())) {
      int count = 0;
      for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("server" + count++, each);
      }
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private boolean isReady() throws InterruptedException {
    try {
      return send("GET", "/readyz", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** For Helm. */
  Path kubeConfig() throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: tester}}]
        clusters:
          - name: test
            cluster:
              server: https://%s
              certificate-authority: %s
        users: [{name: tester, user: {token: %s}}]
        """
            .formatted(address, folder.resolve("certificates").resolve("apiserver.crt"), TOKEN));
  }

  /** What is at a path of the API. */
  JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(send("GET", path, "").body());
  }

  /**
   * Makes an object.
   *
   * @return what the server says against it; empty when nothing
   */
  String create(String path, JsonNode object) throws IOException, InterruptedException {
    HttpResponse<String> answer = send("POST", path, object.toString());
    return answer.statusCode() / 100 == 2
        ? ""
        : JSON.readTree(answer.body()).path("message").asText("HTTP " + answer.statusCode());
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://" + address + path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.destroyForcibly().onExit().join();
    }
    client.close();
  }
}
