package dev.sluice.gateway.documents.opensearch;

import dev.sluice.serving.config.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/** Makes the pooled connections to a cluster: encrypted and authenticated where so configured. */
final class Connections {

  private static final int MOST_OF_A_NODE = 64;
  private static final int MOST = 256;
  private static final Timeout CONNECT = Timeout.ofSeconds(3);

  private Connections() {}

  static OpenSearchTransport open(OpenSearchConfig config) {
    try {
      PoolingAsyncClientConnectionManager pool = pool(config);
      return ApacheHttpClient5TransportBuilder.builder(hosts(config.urls()))
          .setDefaultHeaders(authorization(config))
          .setRequestConfigCallback(Connections::unhurried)
          .setHttpClientConfigCallback(client -> client.setConnectionManager(pool))
          .build();
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException(List.of("SLUICE_GATEWAY_OPENSEARCH_…: " + e));
    }
  }

  /** The deadline of each request is kept where it is awaited. */
  private static RequestConfig.Builder unhurried(RequestConfig.Builder config) {
    return config.setResponseTimeout(Timeout.DISABLED);
  }

  private static HttpHost[] hosts(List<String> urls) {
    return urls.stream().map(Connections::host).toArray(HttpHost[]::new);
  }

  private static HttpHost host(String url) {
    try {
      if (url.startsWith("http://") || url.startsWith("https://")) {
        return HttpHost.create(url);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // refused below
    }
    throw new ConfigurationException(
        List.of(
            "SLUICE_GATEWAY_OPENSEARCH_URLS has '" + url + "', which is no http(s)://host:port"));
  }

  private static PoolingAsyncClientConnectionManager pool(OpenSearchConfig config)
      throws IOException, GeneralSecurityException {
    PoolingAsyncClientConnectionManagerBuilder pool =
        PoolingAsyncClientConnectionManagerBuilder.create()
            .setMaxConnPerRoute(MOST_OF_A_NODE)
            .setMaxConnTotal(MOST)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom().setConnectTimeout(CONNECT).build());
    if (config.caFile().isPresent()) {
      SSLContext trusting = trusting(config.caFile().get());
      pool.setTlsStrategy(ClientTlsStrategyBuilder.create().setSslContext(trusting).buildAsync());
    }
    return pool.build();
  }

  private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(file)) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("ca-" + trusted.size(), each);
      }
    }
    return SSLContexts.custom().loadTrustMaterial(trusted, null).build();
  }

  private static Header[] authorization(OpenSearchConfig config) throws IOException {
    if (config.user().isEmpty()) {
      return new Header[0];
    }
    Path file =
        config
            .passwordFile()
            .orElseThrow(() ->
                new ConfigurationException(
                    List.of("SLUICE_GATEWAY_OPENSEARCH_PASSWORD_FILE must be set for the user")));
    String password = Files.readString(file).strip();
    byte[] credentials = (config.user() + ":" + password).getBytes(StandardCharsets.UTF_8);
    String basic = "Basic " + Base64.getEncoder().encodeToString(credentials);
    return new Header[] {new BasicHeader("Authorization", basic, true)};
  }
}
