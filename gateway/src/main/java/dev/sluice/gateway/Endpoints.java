package dev.sluice.gateway;

import dev.sluice.gateway.answer.AnswerEndpoint;
import dev.sluice.gateway.answer.AnswerMetrics;
import dev.sluice.gateway.answer.AnswerPipeline;
import dev.sluice.gateway.answer.AnswerPlanner;
import dev.sluice.gateway.deadline.Latencies;
import dev.sluice.gateway.documents.Chunker;
import dev.sluice.gateway.documents.CollectionEndpoint;
import dev.sluice.gateway.documents.DocumentEndpoint;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.LimitedStore;
import dev.sluice.gateway.documents.MeasuredStore;
import dev.sluice.gateway.documents.SentDocuments;
import dev.sluice.gateway.documents.SnapshotEndpoint;
import dev.sluice.gateway.documents.SnapshotStore;
import dev.sluice.gateway.documents.TenantStore;
import dev.sluice.gateway.grounding.CitationMetrics;
import dev.sluice.gateway.grounding.GroundingEndpoint;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.search.ExternalRetrieval;
import dev.sluice.gateway.search.QueryEmbedding;
import dev.sluice.gateway.search.Reranking;
import dev.sluice.gateway.search.SearchEndpoint;
import dev.sluice.gateway.search.SearchPipeline;
import dev.sluice.gateway.search.SentRetrieval;
import dev.sluice.gateway.search.StageTelemetry;
import dev.sluice.gateway.search.StoredRetrieval;
import dev.sluice.gateway.upstream.BulkEmbedder;
import dev.sluice.gateway.upstream.EmbedUpstream;
import dev.sluice.gateway.upstream.GenerateUpstream;
import dev.sluice.gateway.upstream.Hedging;
import dev.sluice.gateway.upstream.RerankUpstream;
import dev.sluice.gateway.upstream.Upstreams;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.BindableService;
import io.grpc.Deadline;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** The gateway's own services, put together from what the server owns. */
record Endpoints(
    GatewayConfig config,
    ServiceServer server,
    MeasuredStore measured,
    Upstreams upstreams,
    Quotas quotas,
    ScheduledExecutorService timer) {

  List<BindableService> all() {
    Deadlines deadlines = config.server().deadlines();
    var limited = new LimitedStore(measured, quotas.storage());
    var store = new TenantStore(limited);
    var embed = new EmbedUpstream(upstreams.embed(), hedging("embed"));
    var embedder = new BulkEmbedder(embed, deadlines);
    var chunker = new Chunker(embedder::countTokens, config.chunkTokens());
    var documents = new DocumentEndpoint(store, embedder, chunker, config.maxDocumentBytes());
    server.onDrain(documents::drain);
    var sent =
        new SentDocuments(LexicalSettings.DEFAULT, config.maxDocumentBytes(), config.chunkTokens());
    var search = search(store, embed, sent);
    var telemetry = telemetry();
    var latencies = new Latencies();
    var citations = new CitationMetrics(server.metrics().registry());
    return List.of(
        new SearchEndpoint(search, deadlines, telemetry, latencies),
        new AnswerEndpoint(
            new AnswerPlanner(config.answers(), sent),
            answer(search, telemetry, latencies, citations),
            deadlines,
            new AnswerMetrics(server.metrics().registry(), Deadline.getSystemTicker())),
        new GroundingEndpoint(store, deadlines, telemetry, latencies, citations),
        documents,
        new CollectionEndpoint(store, embedder),
        new SnapshotEndpoint(SnapshotStore.of(measured.unmeasured()).map(limited::limiting)));
  }

  private Hedging hedging(String call) {
    return new Hedging(call, server.metrics().registry());
  }

  private StageTelemetry telemetry() {
    return new StageTelemetry(
        server.metrics().registry(), server.tracing().tracer(), Deadline.getSystemTicker());
  }

  private SearchPipeline search(DocumentStore store, EmbedUpstream embed, SentDocuments sent) {
    return new SearchPipeline(
        new StoredRetrieval(new QueryEmbedding(embed), store),
        new ExternalRetrieval(upstreams.dataSources()),
        new SentRetrieval(embed, sent),
        new Reranking(new RerankUpstream(upstreams.rerank(), hedging("rerank"))));
  }

  private AnswerPipeline answer(
      SearchPipeline search,
      StageTelemetry telemetry,
      Latencies latencies,
      CitationMetrics citations) {
    return new AnswerPipeline(
        search,
        new GenerateUpstream(upstreams.generate(), timer),
        telemetry,
        latencies,
        citations,
        config.answers());
  }
}
