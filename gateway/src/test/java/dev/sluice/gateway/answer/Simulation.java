package dev.sluice.gateway.answer;

import dev.sluice.client.AnswerFold;
import dev.sluice.gateway.deadline.Latencies;
import dev.sluice.gateway.documents.LexicalSettings;
import dev.sluice.gateway.documents.SentDocuments;
import dev.sluice.gateway.grounding.CitationMetrics;
import dev.sluice.gateway.search.ExternalRetrieval;
import dev.sluice.gateway.search.QueryEmbedding;
import dev.sluice.gateway.search.Reranking;
import dev.sluice.gateway.search.SearchEndpoint;
import dev.sluice.gateway.search.SearchPipeline;
import dev.sluice.gateway.search.SentRetrieval;
import dev.sluice.gateway.search.StageTelemetry;
import dev.sluice.gateway.search.StoredRetrieval;
import dev.sluice.gateway.upstream.DataSources;
import dev.sluice.gateway.upstream.EmbedUpstream;
import dev.sluice.gateway.upstream.GenerateUpstream;
import dev.sluice.gateway.upstream.Hedging;
import dev.sluice.gateway.upstream.RerankUpstream;
import dev.sluice.gateway.upstream.RetrieveUpstream;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.serving.caller.Deadlines;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The whole pipeline before simulated services, in one thread and on a clock that only the services
 * move: what takes hours there takes none here, and everything happens again in the same way.
 */
final class Simulation implements AutoCloseable {

  static final String TEXT = "Gates control water. They open slowly.";

  /** A call as a service got it: until when it had time. */
  record Given(String service, long until) {}

  final FakeTime time = new FakeTime();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<Given> given = new ArrayList<>();

  /** By the names of services: embed, tokens, rerank, source, hybrid, dense, lexical, … */
  Function<String, Turn> turns = service -> Turn.INSTANT;

  /** In the collection. */
  int passages = 20;

  /** Documents that the generating model has room for. */
  int room = 100;

  private final Server server;
  private final ManagedChannel channel;
  private final SearchEndpoint searches;
  private final AnswerPlanner planner;
  private final AnswerPipeline answers;
  private final AnswerEndpoint unary;

  Simulation(AnswerConfig config) {
    ScheduledExecutorService never = new FakeTime().timer(); // services keep deadlines themselves
    String name = InProcessServerBuilder.generateName();
    var services = new SimulatedServices(this);
    var builder =
        InProcessServerBuilder.forName(name).directExecutor().scheduledExecutorService(never);
    services.all().forEach(builder::addService);
    server = started(builder.build());
    channel =
        InProcessChannelBuilder.forName(name)
            .directExecutor()
            .scheduledExecutorService(never)
            .intercept(new DeadlineReader(services))
            .build();
    var embed = new EmbedUpstream(channel, hedging("embed"));
    var sent = new SentDocuments(LexicalSettings.DEFAULT, 1 << 20, 256);
    var pipeline =
        new SearchPipeline(
            new StoredRetrieval(new QueryEmbedding(embed), new FakeStore(this)),
            new ExternalRetrieval(
                new DataSources(
                    Map.of("wiki", new RetrieveUpstream("wiki", channel, hedging("wiki"))))),
            new SentRetrieval(embed, sent),
            new Reranking(new RerankUpstream(channel, hedging("rerank"))));
    var telemetry =
        new StageTelemetry(registry, OpenTelemetry.noop().getTracer("simulation"), time);
    var deadlines = new Deadlines(Duration.ofSeconds(10), Duration.ofMinutes(10));
    var latencies = new Latencies();
    searches = new SearchEndpoint(pipeline, deadlines, telemetry, latencies);
    planner = new AnswerPlanner(config, sent);
    answers =
        new AnswerPipeline(
            pipeline,
            new GenerateUpstream(channel, time.timer()),
            telemetry,
            latencies,
            new CitationMetrics(registry),
            config);
    unary = new AnswerEndpoint(planner, answers, deadlines, new AnswerMetrics(registry, time));
  }

  private Hedging hedging(String call) {
    return new Hedging(call, registry);
  }

  private static Server started(Server server) {
    try {
      return server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells the services until when each call has time. */
  private record DeadlineReader(SimulatedServices services) implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      services.deadline(options.getDeadline());
      return next.newCall(method, options);
    }
  }

  /** What becomes of a call of a service that comes now. */
  Turn turn(String service, long left) {
    given.add(new Given(service, time.nanoTime() + left));
    return turns.apply(service);
  }

  SearchResponse search(SearchRequest request, long nanos) {
    return within(nanos, response -> searches.search(request, response));
  }

  AnswerResponse answer(AnswerRequest request, long nanos) {
    return within(nanos, response -> unary.answer(request, response));
  }

  /** Events are seen also of an answer that fails. */
  void stream(AnswerRequest request, long nanos, List<AnswerEvent> events) {
    AnswerPlan plan = planner.plan(request);
    answers.answer(plan, time.in(nanos), events::add);
  }

  AnswerResponse folded(AnswerRequest request, long nanos) {
    List<AnswerEvent> events = new ArrayList<>();
    stream(request, nanos, events);
    return AnswerFold.of(events.iterator());
  }

  private <R> R within(long nanos, Consumer<StreamObserver<R>> call) {
    Deadline deadline = time.in(nanos);
    var response = new AtomicReference<R>();
    try (Context.CancellableContext context =
        Context.current().withDeadline(deadline, new FakeTime().timer())) {
      context.run(() -> call.accept(new Last<>(response)));
    }
    return response.get();
  }

  private record Last<R>(AtomicReference<R> response) implements StreamObserver<R> {
    @Override
    public void onNext(R next) {
      response.set(next);
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onCompleted() {}
  }

  static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
