package dev.sluice.gateway;

import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.CountTokensResponse;
import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.gateway.upstream.UpstreamConfig;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceImplBase;
import dev.sluice.generate.v1.Quote;
import dev.sluice.generate.v1.TextDelta;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankResult;
import dev.sluice.rerank.v1.RerankServiceGrpc.RerankServiceImplBase;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Embed, rerank and generate services of the simplest kind on loopback ports. Each does its work
 * unless its script says otherwise: the script gets the number of the call, from 1, and may throw.
 */
final class ScriptedServices implements AutoCloseable {

  /** Decides over a call before it is served. */
  interface Script {
    void call(int number) throws InterruptedException;
  }

  static final int DIMENSION = 64;

  volatile Script embedScript = number -> {};
  volatile Script rerankScript = number -> {};
  volatile Script generateScript = number -> {};
  volatile String fingerprint = "fingerprint-1";
  volatile boolean embedTruncates;
  volatile Function<GenerateRequest, List<GenerateEvent>> generation =
      ScriptedServices::firstSentence;

  private final List<Server> servers = new ArrayList<>();
  private final AtomicInteger embedCalls = new AtomicInteger();
  private final AtomicInteger rerankCalls = new AtomicInteger();
  private final AtomicInteger generateCalls = new AtomicInteger();

  ScriptedServices() {
    for (BindableService service : List.of(new Embed(), new Rerank(), new Generate())) {
      servers.add(start(service));
    }
  }

  private static Server start(BindableService service) {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .addService(service)
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  UpstreamConfig addresses() {
    return new UpstreamConfig(address(0), address(1), address(2));
  }

  private String address(int server) {
    return "127.0.0.1:" + servers.get(server).getPort();
  }

  /** Takes a service off the network: 0 embed, 1 rerank, 2 generate. */
  void stop(int server) {
    servers.get(server).shutdownNow();
  }

  private static boolean obeys(Script script, AtomicInteger calls, StreamObserver<?> response) {
    try {
      script.call(calls.incrementAndGet());
      return true;
    } catch (RuntimeException e) {
      response.onError(e);
    } catch (InterruptedException e) {
      response.onError(Status.CANCELLED.asRuntimeException());
    }
    return false;
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      if (obeys(embedScript, embedCalls, response)) {
        EmbedResponse.Builder embedded =
            EmbedResponse.newBuilder().setModel("words").setModelFingerprint(fingerprint);
        for (String text : request.getTextsList()) {
          embedded.addEmbeddings(
              Embedding.newBuilder().setTruncated(embedTruncates).setFloatVector(vector(text)));
        }
        response.onNext(embedded.build());
        response.onCompleted();
      }
    }

    @Override
    public void countTokens(
        CountTokensRequest request, StreamObserver<CountTokensResponse> response) {
      CountTokensResponse.Builder counts = CountTokensResponse.newBuilder();
      request.getTextsList().forEach(text -> counts.addTokenCounts(words(text).size()));
      response.onNext(counts.build());
      response.onCompleted();
    }

    @Override
    public void getEmbedModel(
        GetEmbedModelRequest request, StreamObserver<EmbedModelInfo> response) {
      response.onNext(
          EmbedModelInfo.newBuilder()
              .setModel("words")
              .setModelFingerprint(fingerprint)
              .setDimension(DIMENSION)
              .setMaxTokens(512)
              .build());
      response.onCompleted();
    }
  }

  /** Scores a document by the share of the query's words in it. */
  private final class Rerank extends RerankServiceImplBase {
    @Override
    public void rerank(RerankRequest request, StreamObserver<RerankResponse> response) {
      if (obeys(rerankScript, rerankCalls, response)) {
        List<RerankResult> results = new ArrayList<>();
        for (int i = 0; i < request.getDocumentsCount(); i++) {
          results.add(
              RerankResult.newBuilder()
                  .setIndex(i)
                  .setRelevanceScore(share(request.getQuery(), request.getDocuments(i).getText()))
                  .build());
        }
        results.sort((a, b) -> Double.compare(b.getRelevanceScore(), a.getRelevanceScore()));
        response.onNext(RerankResponse.newBuilder().addAllResults(results).build());
        response.onCompleted();
      }
    }
  }

  private final class Generate extends GenerateServiceImplBase {
    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateEvent> events) {
      if (obeys(generateScript, generateCalls, events)) {
        generation.apply(request).forEach(events::onNext);
        events.onCompleted();
      }
    }
  }

  /** Answers with the first sentence of the first document, quoted. */
  static List<GenerateEvent> firstSentence(GenerateRequest request) {
    String text = request.getDocuments(0).getText();
    String sentence = text.substring(0, text.indexOf('.') + 1);
    return List.of(delta(sentence), quote(0, sentence, 0, sentence.length()), completed());
  }

  static GenerateEvent delta(String text) {
    return GenerateEvent.newBuilder().setTextDelta(TextDelta.newBuilder().setText(text)).build();
  }

  static GenerateEvent quote(int document, String text, int start, int end) {
    return GenerateEvent.newBuilder()
        .setQuote(
            Quote.newBuilder()
                .setDocumentIndex(document)
                .setText(text)
                .setAnswerStart(start)
                .setAnswerEnd(end))
        .build();
  }

  static GenerateEvent completed() {
    return GenerateEvent.newBuilder()
        .setCompleted(
            GenerateCompleted.newBuilder().setFinishReason(FinishReason.STOP).setSupportScore(0.9))
        .build();
  }

  private static double share(String query, String text) {
    List<String> wanted = words(query);
    List<String> present = words(text);
    return (double) wanted.stream().filter(present::contains).count() / Math.max(1, wanted.size());
  }

  private static FloatVector vector(String text) {
    double[] sums = new double[DIMENSION];
    sums[0] = 0.1;
    words(text).forEach(word -> sums[Math.floorMod(word.hashCode(), DIMENSION)]++);
    double length =
        Math.sqrt(IntStream.range(0, DIMENSION).mapToDouble(i -> sums[i] * sums[i]).sum());
    FloatVector.Builder vector = FloatVector.newBuilder();
    for (double sum : sums) {
      vector.addValues((float) (sum / length));
    }
    return vector.build();
  }

  private static List<String> words(String text) {
    return List.of(text.toLowerCase(Locale.ROOT).split("\\W+")).stream()
        .filter(word -> !word.isEmpty())
        .toList();
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
  }
}
