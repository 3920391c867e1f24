package dev.sluice.gateway.documents.opensearch;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.tls.Authorities;
import dev.sluice.serving.tracing.TraceHeaders;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/** Makes the pooled connections to a cluster: encrypted and authenticated where so configured. */
final class Connections {

  private static final int MOST_OF_A_NODE = 64;
  private static final int MOST = 256;
  private static final Timeout CONNECT = Timeout.ofSeconds(3);

  private Connections() {}

  static OpenSearchTransport open(OpenSearchConfig config) {
    PoolingAsyncClientConnectionManager pool = pool(config);
    Optional<Credentials> credentials = Credentials.of(config);
    return ApacheHttpClient5TransportBuilder.builder(hosts(config.urls()))
        .setRequestConfigCallback(Connections::unhurried)
        .setHttpClientConfigCallback(client -> configure(client, pool, credentials))
        .build();
  }

  private static HttpAsyncClientBuilder configure(
      HttpAsyncClientBuilder client,
      PoolingAsyncClientConnectionManager pool,
      Optional<Credentials> credentials) {
    credentials.ifPresent(client::addRequestInterceptorLast);
    client.addExecInterceptorFirst("trace", Connections::traced);
    return client.setConnectionManager(pool);
  }

  /** Runs on the caller's thread: later ones may not. */
  private static void traced(
      HttpRequest request,
      @Nullable AsyncEntityProducer entity,
      AsyncExecChain.Scope scope,
      AsyncExecChain chain,
      AsyncExecCallback callback)
      throws HttpException, IOException {
    TraceHeaders.send(request::setHeader);
    chain.proceed(request, entity, scope, callback);
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

  private static PoolingAsyncClientConnectionManager pool(OpenSearchConfig config) {
    return PoolingAsyncClientConnectionManagerBuilder.create()
        .setMaxConnPerRoute(MOST_OF_A_NODE)
        .setMaxConnTotal(MOST)
        .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(CONNECT).build())
        .setTlsStrategy(encryption(config))
        .build();
  }

  /** A certificate must be of the host that is spoken to. */
  private static TlsStrategy encryption(OpenSearchConfig config) {
    ClientTlsStrategyBuilder encryption =
        ClientTlsStrategyBuilder.create()
            .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
            .setHostnameVerifier(new DefaultHostnameVerifier());
    config
        .caFile()
        .map(file -> Authorities.of(file, "SLUICE_GATEWAY_OPENSEARCH_CA_FILE"))
        .ifPresent(encryption::setSslContext);
    return encryption.buildAsync();
  }
}
