package dev.sluice.gateway.upstream;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.retriever.v1.RetrieverServiceGrpc;
import dev.sluice.serving.metrics.ProcessMetrics;
import dev.sluice.serving.tls.ChannelSecurity;
import dev.sluice.serving.tls.ChannelTls;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The channels to the three services and to the data sources. Owns them. */
public final class Upstreams implements AutoCloseable {

  private final List<UpstreamChannel> channels = new ArrayList<>();
  private final List<ChannelSecurity> securities = new ArrayList<>();
  private final UpstreamChannel embed;
  private final UpstreamChannel rerank;
  private final UpstreamChannel generate;
  private final DataSources dataSources;
  private final List<ClientInterceptor> reports;

  /**
   * @param reports take what the three services report of calls
   */
  public Upstreams(
      UpstreamConfig config,
      DataSourcesConfig sources,
      ProcessMetrics metrics,
      List<ClientInterceptor> reports) {
    this.reports = reports;
    ChannelSecurity security = security("services", config.tls(), metrics);
    embed =
        own(
            UpstreamChannel.open(
                "embed", config.embed(), EmbedServiceGrpc.SERVICE_NAME, security, metrics));
    rerank =
        own(
            UpstreamChannel.open(
                "rerank", config.rerank(), RerankServiceGrpc.SERVICE_NAME, security, metrics));
    generate =
        own(
            UpstreamChannel.open(
                "generate",
                config.generate(),
                GenerateServiceGrpc.SERVICE_NAME,
                security,
                metrics));
    dataSources = new DataSources(dataSources(sources, metrics));
  }

  private Map<String, RetrieveUpstream> dataSources(
      DataSourcesConfig sources, ProcessMetrics metrics) {
    Map<String, RetrieveUpstream> byName = new HashMap<>();
    sources
        .sources()
        .forEach((name, source) -> {
          String call = "data source " + name;
          UpstreamChannel channel =
              own(
                  UpstreamChannel.openForeign(
                      call,
                      source.target(),
                      RetrieverServiceGrpc.SERVICE_NAME,
                      security(call, source.tls(), metrics),
                      metrics));
          Hedging hedging = new Hedging(call, metrics.registry());
          byName.put(name, new RetrieveUpstream(name, channel.channel(), hedging));
        });
    return byName;
  }

  private ChannelSecurity security(String use, ChannelTls tls, ProcessMetrics metrics) {
    ChannelSecurity security = ChannelSecurity.open(use, tls, metrics.registry());
    securities.add(security);
    return security;
  }

  private UpstreamChannel own(UpstreamChannel channel) {
    channels.add(channel);
    return channel;
  }

  public Channel embed() {
    return ClientInterceptors.intercept(embed.channel(), reports);
  }

  public Channel rerank() {
    return ClientInterceptors.intercept(rerank.channel(), reports);
  }

  public Channel generate() {
    return ClientInterceptors.intercept(generate.channel(), reports);
  }

  public DataSources dataSources() {
    return dataSources;
  }

  @Override
  public void close() {
    channels.forEach(UpstreamChannel::shutdown);
    channels.forEach(UpstreamChannel::close);
    securities.forEach(ChannelSecurity::close);
  }
}
