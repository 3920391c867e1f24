package dev.sluice.gateway;

import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.CountTokensResponse;
import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.gateway.upstream.UpstreamConfig;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceImplBase;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.rerank.v1.RerankServiceGrpc.RerankServiceImplBase;
import dev.sluice.retriever.v1.RetrieveRequest;
import dev.sluice.retriever.v1.RetrieveResponse;
import dev.sluice.retriever.v1.RetrievedPassage;
import dev.sluice.retriever.v1.RetrieverServiceGrpc.RetrieverServiceImplBase;
import dev.sluice.serving.caller.CallReport;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Embed, rerank, generate and retriever services of the simplest kind on loopback ports. Each does
 * its work unless its script says otherwise, and may spoil its answer.
 */
final class ScriptedServices implements AutoCloseable {

  /** The second model of the generate-service, and the one that rewrites. */
  static final String FALLBACK = "extractive";

  static final String REWRITER = "rewriter";

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("sluice-tenant", Metadata.ASCII_STRING_MARSHALLER);

  final ScriptedCalls<EmbedRequest> embed = new ScriptedCalls<>();
  final ScriptedCalls<CountTokensRequest> countTokens = new ScriptedCalls<>();
  final ScriptedCalls<RerankRequest> rerank = new ScriptedCalls<>();
  final ScriptedCalls<GenerateRequest> generate = new ScriptedCalls<>();
  final ScriptedCalls<RetrieveRequest> retrieve = new ScriptedCalls<>();

  /** Service and key of what came beside the requests. */
  final Set<String> metadata = ConcurrentHashMap.newKeySet();

  /** Service and tenant whom the gateway says it calls for. */
  final Set<String> tenants = ConcurrentHashMap.newKeySet();

  /** What every call of embed, rerank and generate that is served says it cost. */
  volatile long tokens;

  volatile String fingerprint = "fingerprint-1";
  volatile UnaryOperator<EmbedResponse> embedAnswer = UnaryOperator.identity();
  volatile UnaryOperator<RerankResponse> rerankAnswer = UnaryOperator.identity();
  volatile List<RetrievedPassage> passages = List.of();
  volatile Writing writing = Writing.FIRST_SENTENCE;
  volatile Writing fallback = Writing.FIRST_SENTENCE;
  volatile Writing rewriting = Writing.FIRST_SENTENCE;

  private final List<Server> servers = new ArrayList<>();

  ScriptedServices() {
    for (BindableService service :
        List.of(new Embed(), new Rerank(), new Generate(), new Retriever())) {
      servers.add(start(service));
    }
  }

  private Server start(BindableService service) {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .addService(service)
          .intercept(CallReport.sender())
          .intercept(new Noting())
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Remembers the metadata of every call. */
  private final class Noting implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String service = String.valueOf(call.getMethodDescriptor().getServiceName());
      headers.keys().forEach(key -> metadata.add(service + " " + key));
      Iterable<String> named = headers.getAll(TENANT);
      if (named != null) {
        named.forEach(tenant -> tenants.add(service + " " + tenant));
      }
      return next.startCall(call, headers);
    }
  }

  UpstreamConfig addresses() {
    return new UpstreamConfig(address(0), address(1), address(2));
  }

  String dataSource() {
    return address(3);
  }

  private String address(int server) {
    return "127.0.0.1:" + servers.get(server).getPort();
  }

  /** Takes a service off the network: 0 embed, 1 rerank, 2 generate, 3 the data source. */
  void stop(int server) {
    servers.get(server).shutdownNow();
  }

  /** Obedient again, and without a memory. */
  void reset() {
    List.of(embed, countTokens, rerank, generate, retrieve).forEach(ScriptedCalls::reset);
    metadata.clear();
    tenants.clear();
    tokens = 0;
    fingerprint = "fingerprint-1";
    embedAnswer = UnaryOperator.identity();
    rerankAnswer = UnaryOperator.identity();
    passages = List.of();
    writing = Writing.FIRST_SENTENCE;
    fallback = Writing.FIRST_SENTENCE;
    rewriting = Writing.FIRST_SENTENCE;
  }

  /** Requests of the gateway that break the rules of their proto file: never any. */
  List<String> violations() {
    return List.of(embed, countTokens, rerank, generate, retrieve).stream()
        .flatMap(calls -> calls.violations.stream())
        .toList();
  }

  private static <R> void answer(StreamObserver<R> response, R answer) {
    response.onNext(answer);
    response.onCompleted();
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      if (embed.serves(request, response)) {
        CallReport.add(CallReport.Figure.TOKENS, tokens);
        EmbedResponse.Builder embedded =
            EmbedResponse.newBuilder().setModel("words").setModelFingerprint(fingerprint);
        for (String text : request.getTextsList()) {
          embedded.addEmbeddings(Embedding.newBuilder().setFloatVector(Words.vector(text)));
        }
        answer(response, embedAnswer.apply(embedded.build()));
      }
    }

    @Override
    public void countTokens(
        CountTokensRequest request, StreamObserver<CountTokensResponse> response) {
      if (countTokens.serves(request, response)) {
        CountTokensResponse.Builder counts = CountTokensResponse.newBuilder();
        request.getTextsList().forEach(text -> counts.addTokenCounts(Words.of(text).size()));
        answer(response, counts.build());
      }
    }

    @Override
    public void getEmbedModel(
        GetEmbedModelRequest request, StreamObserver<EmbedModelInfo> response) {
      answer(
          response,
          EmbedModelInfo.newBuilder()
              .setModel("words")
              .setModelFingerprint(fingerprint)
              .setDimension(Words.DIMENSION)
              .setMaxTokens(512)
              .build());
    }
  }

  /** Scores a document by the share of the query's words in it. */
  private final class Rerank extends RerankServiceImplBase {
    @Override
    public void rerank(RerankRequest request, StreamObserver<RerankResponse> response) {
      if (rerank.serves(request, response)) {
        CallReport.add(CallReport.Figure.TOKENS, tokens);
        List<RerankResult> results = new ArrayList<>();
        for (int i = 0; i < request.getDocumentsCount(); i++) {
          double share = Words.share(request.getQuery(), request.getDocuments(i).getText());
          results.add(RerankResult.newBuilder().setIndex(i).setRelevanceScore(share).build());
        }
        results.sort((a, b) -> Double.compare(b.getRelevanceScore(), a.getRelevanceScore()));
        answer(
            response,
            rerankAnswer.apply(RerankResponse.newBuilder().addAllResults(results).build()));
      }
    }
  }

  private final class Generate extends GenerateServiceImplBase {
    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateEvent> events) {
      if (generate.serves(request, events)) {
        CallReport.add(CallReport.Figure.TOKENS, tokens);
        try {
          writing(request.getModel()).write(request, events);
        } catch (InterruptedException e) {
          events.onError(Status.CANCELLED.asRuntimeException());
        }
      }
    }

    private Writing writing(String model) {
      return switch (model) {
        case "" -> writing;
        case FALLBACK -> fallback;
        case REWRITER -> rewriting;
        default -> Writing.fails(Status.Code.NOT_FOUND);
      };
    }
  }

  private final class Retriever extends RetrieverServiceImplBase {
    @Override
    public void retrieve(RetrieveRequest request, StreamObserver<RetrieveResponse> response) {
      if (retrieve.serves(request, response)) {
        answer(response, RetrieveResponse.newBuilder().addAllPassages(passages).build());
      }
    }
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
  }
}
