package dev.sluice.gateway;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.access.Access;
import dev.sluice.gateway.audit.AuditLog;
import dev.sluice.gateway.audit.CallAudit;
import dev.sluice.gateway.documents.DataDirectory;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.LuceneStore;
import dev.sluice.gateway.documents.MeasuredStore;
import dev.sluice.gateway.documents.opensearch.OpenSearchStore;
import dev.sluice.gateway.door.GatewayCallers;
import dev.sluice.gateway.door.QueueTimes;
import dev.sluice.gateway.quota.CallQuotas;
import dev.sluice.gateway.quota.LimitsFile;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.quota.TokenSpending;
import dev.sluice.gateway.upstream.PassThrough;
import dev.sluice.gateway.upstream.Upstreams;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.serving.door.CallDoor;
import dev.sluice.serving.door.LeastCalls;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/** Puts the gateway together. */
public final class GatewayServer {

  /** Room for a document of the largest size, its metadata and the framing around them. */
  private static final int MESSAGE_OVERHEAD_BYTES = 48 << 20;

  /**
   * Its calls mostly wait for other processes, not for processors; and when one of those hangs, all
   * who wait for it go on together once it is given up.
   */
  private static final LeastCalls LEAST_CALLS = new LeastCalls(4, 6);

  private static final LexicalSettings WORDS = LexicalSettings.DEFAULT;
  private static final ThreadFactory TIMER = Thread.ofPlatform().name("timer").daemon().factory();

  private GatewayServer() {}

  /** Opens the document store and starts the server; ready when it returns. */
  public static ServiceServer start(GatewayConfig config) {
    return start(config, new ServiceServer(config.server()));
  }

  /** The same on a server that does not serve yet. */
  static ServiceServer start(GatewayConfig config, ServiceServer server) {
    return start(config, server, List.of());
  }

  /**
   * The same.
   *
   * @param callers give callers other names, as tests do
   */
  static ServiceServer start(
      GatewayConfig config, ServiceServer server, List<ServerInterceptor> callers) {
    try {
      // Before the store, so that it is closed after it, which finishes writes.
      Optional<CallAudit> audit =
          AuditLog.open(config.auditFile(), server.metrics().registry())
              .map(log -> new CallAudit(server.own(log), InstantSource.system()));
      switch (config.store().kind()) {
        case LUCENE -> {
          DataDirectory data = server.own(DataDirectory.open(config.dataDirectory()));
          var store = new LuceneStore(data, WORDS, InstantSource.system());
          serve(config, server, callers, audit, measured(server, store, "lucene"));
          data.recordGateway(server.address(), config.server().tls().isOn());
        }
        case OPENSEARCH -> {
          var store =
              new OpenSearchStore(config.store().openSearch(), WORDS, InstantSource.system());
          serve(config, server, callers, audit, measured(server, store, "opensearch"));
          Thread.startVirtualThread(store::introduce);
        }
      }
      return server;
    } catch (IOException e) {
      server.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private static MeasuredStore measured(ServiceServer server, DocumentStore store, String name) {
    return server.own(new MeasuredStore(store, name, server.metrics().registry()));
  }

  private static void serve(
      GatewayConfig config,
      ServiceServer server,
      List<ServerInterceptor> callers,
      Optional<CallAudit> audit,
      MeasuredStore store) {
    MeterRegistry registry = server.metrics().registry();
    var timer = server.own(timer());
    Optional<LimitsFile> limits = config.quotasFile().map(LimitsFile::open).map(server::own);
    Quotas quotas = Quotas.of(limits, registry);
    Upstreams upstreams =
        server.own(
            new Upstreams(
                config.upstreams(),
                config.dataSources(),
                server.metrics(),
                List.of(new TokenSpending(quotas), new QueueTimes())));
    var access = server.own(Access.open(config.access(), config.server().host(), registry));
    server.guardInspection(access.interceptor());
    server.guard(
        CallDoor.open(
            config.server().maxCalls(),
            LEAST_CALLS,
            new GatewayCallers(access::seemingTenant),
            registry));
    List<ServerInterceptor> outer = new ArrayList<>(callers);
    outer.addFirst(access.interceptor());
    audit.ifPresent(each -> {
      outer.addFirst(each.calls());
      outer.addLast(each.callers());
    });
    outer.addLast(new CallQuotas(quotas, timer));
    server.serve(
        config.maxDocumentBytes() + MESSAGE_OVERHEAD_BYTES,
        outer,
        new Endpoints(config, server, store, upstreams, quotas, timer).all(),
        forwarded(upstreams));
  }

  /** Forgets what was cancelled: callers choose how far away the ends of their calls are. */
  private static ScheduledExecutorService timer() {
    var timer = new ScheduledThreadPoolExecutor(1, TIMER);
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return timer;
  }

  private static List<ServerServiceDefinition> forwarded(Upstreams upstreams) {
    return List.of(
        PassThrough.of(EmbedServiceGrpc.getServiceDescriptor(), upstreams.embed()),
        PassThrough.of(RerankServiceGrpc.getServiceDescriptor(), upstreams.rerank()),
        PassThrough.of(GenerateServiceGrpc.getServiceDescriptor(), upstreams.generate()));
  }
}
