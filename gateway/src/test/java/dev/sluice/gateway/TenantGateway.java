package dev.sluice.gateway;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.documents.DataDirectory;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.LuceneStore;
import dev.sluice.gateway.documents.MeasuredStore;
import dev.sluice.gateway.upstream.PassThrough;
import dev.sluice.gateway.upstream.Upstreams;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.serving.caller.CallerMetadata;
import dev.sluice.serving.server.ServiceServer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * The gateway on a real socket, but with its callers' tenants out of metadata, as the services take
 * them: for tests that act as several tenants and are not about credentials.
 */
public final class TenantGateway {

  private static final int MESSAGE_OVERHEAD_BYTES = 48 << 20;

  private TenantGateway() {}

  /** The caller closes it. */
  public static ServiceServer start(GatewayConfig config) throws IOException {
    ServiceServer server = new ServiceServer(config.server());
    DataDirectory data = server.own(DataDirectory.open(config.dataDirectory()));
    var lucene = new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.system());
    var store = server.own(new MeasuredStore(lucene, "lucene", server.metrics().registry()));
    var timer = server.own(Executors.newSingleThreadScheduledExecutor());
    Upstreams upstreams =
        server.own(new Upstreams(config.upstreams(), config.dataSources(), server.metrics()));
    server.serve(
        config.maxDocumentBytes() + MESSAGE_OVERHEAD_BYTES,
        List.of(CallerMetadata.receiver()),
        new Endpoints(config, server, store, upstreams, timer).all(),
        List.of(
            PassThrough.of(EmbedServiceGrpc.getServiceDescriptor(), upstreams.embed()),
            PassThrough.of(RerankServiceGrpc.getServiceDescriptor(), upstreams.rerank()),
            PassThrough.of(GenerateServiceGrpc.getServiceDescriptor(), upstreams.generate())));
    return server;
  }
}
