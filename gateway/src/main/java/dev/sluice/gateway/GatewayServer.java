package dev.sluice.gateway;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.answer.AnswerEndpoint;
import dev.sluice.gateway.answer.AnswerPipeline;
import dev.sluice.gateway.answer.CitationMetrics;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.gateway.documents.Chunker;
import dev.sluice.gateway.documents.CollectionEndpoint;
import dev.sluice.gateway.documents.DataDirectory;
import dev.sluice.gateway.documents.DocumentEndpoint;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.LuceneStore;
import dev.sluice.gateway.search.Reranking;
import dev.sluice.gateway.search.SearchEndpoint;
import dev.sluice.gateway.search.SearchPipeline;
import dev.sluice.gateway.search.StageMetrics;
import dev.sluice.gateway.upstream.BulkEmbedder;
import dev.sluice.gateway.upstream.EmbedUpstream;
import dev.sluice.gateway.upstream.GenerateUpstream;
import dev.sluice.gateway.upstream.Hedging;
import dev.sluice.gateway.upstream.PassThrough;
import dev.sluice.gateway.upstream.RerankUpstream;
import dev.sluice.gateway.upstream.Upstreams;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;

/** Puts the gateway together. */
public final class GatewayServer {

  /** Room for a document of the largest size, its metadata and the framing around them. */
  private static final int MESSAGE_OVERHEAD_BYTES = 48 << 20;

  private GatewayServer() {}

  /** Opens the document store and starts the server; ready when it returns. */
  public static ServiceServer start(GatewayConfig config) {
    ServiceServer server = new ServiceServer(config.server());
    try {
      DataDirectory data = server.own(DataDirectory.open(config.dataDirectory()));
      serve(config, server, data);
      data.recordGateway(server.address());
      return server;
    } catch (IOException e) {
      server.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private static void serve(GatewayConfig config, ServiceServer server, DataDirectory data) {
    var store = server.own(store(data));
    Upstreams upstreams = server.own(new Upstreams(config.upstreams(), server.metrics()));
    server.serve(
        config.maxDocumentBytes() + MESSAGE_OVERHEAD_BYTES,
        List.of(),
        endpoints(config, server, store, upstreams),
        forwarded(upstreams));
  }

  private static LuceneStore store(DataDirectory data) {
    return new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.system());
  }

  private static List<BindableService> endpoints(
      GatewayConfig config, ServiceServer server, LuceneStore store, Upstreams upstreams) {
    Deadlines deadlines = config.server().deadlines();
    var registry = server.metrics().registry();
    var stages = new StageMetrics(registry);
    var latencies = new StageLatencies();
    var embed = new EmbedUpstream(upstreams.embed(), new Hedging("embed", registry));
    var rerank = new RerankUpstream(upstreams.rerank(), new Hedging("rerank", registry));
    var embedder = new BulkEmbedder(embed, deadlines);
    var search = new SearchPipeline(embed, new Reranking(rerank), store);
    var answer =
        new AnswerPipeline(
            search,
            new GenerateUpstream(upstreams.generate()),
            stages,
            latencies,
            new CitationMetrics(registry),
            config.fallbackModel());
    var chunker = new Chunker(embedder::countTokens, config.chunkTokens());
    var documents = new DocumentEndpoint(store, embedder, chunker, config.maxDocumentBytes());
    server.onDrain(documents::drain);
    return List.of(
        new SearchEndpoint(search, deadlines, stages, latencies),
        new AnswerEndpoint(answer, deadlines),
        documents,
        new CollectionEndpoint(store, embedder));
  }

  private static List<ServerServiceDefinition> forwarded(Upstreams upstreams) {
    return List.of(
        PassThrough.of(EmbedServiceGrpc.getServiceDescriptor(), upstreams.embed()),
        PassThrough.of(RerankServiceGrpc.getServiceDescriptor(), upstreams.rerank()),
        PassThrough.of(GenerateServiceGrpc.getServiceDescriptor(), upstreams.generate()));
  }
}
