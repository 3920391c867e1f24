package dev.sluice.bench.gateway;

import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.CountTokensResponse;
import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;
import dev.sluice.embed.v1.GetEmbedModelRequest;
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
import dev.sluice.type.v1.Priority;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A process with embed, rerank and generate services that compute nothing and keep the {@link Pace}
 * that it is given; bulk calls, which store documents, are answered at once. Prints its port.
 */
public final class ScriptedServices {

  private static final int DIMENSION = 384;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final String FINGERPRINT = "scripted";
  private static final FloatVector VECTOR = vector();

  private final Pace pace;
  private final SplittableRandom random = new SplittableRandom(5);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  private ScriptedServices(Pace pace) {
    this.pace = pace;
  }

  public static void main(String[] arguments) throws Exception {
    var services = new ScriptedServices(Pace.valueOf(arguments[0]));
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .addService(services.new Embed())
            .addService(services.new Rerank())
            .addService(services.new Generate())
            .build()
            .start();
    System.out.println(server.getPort());
    server.awaitTermination();
  }

  private static FloatVector vector() {
    var vector = FloatVector.newBuilder();
    for (int i = 0; i < DIMENSION; i++) {
      vector.addValues((float) (1 / Math.sqrt(DIMENSION)));
    }
    return vector.build();
  }

  /** Does something when the pace says so, if ever. */
  private void later(Priority priority, Runnable answer) {
    if (priority == Priority.BULK || pace == Pace.INSTANT) {
      answer.run();
      return;
    }
    synchronized (random) {
      pace.delay(random)
          .ifPresent(delay -> {
            var _ = timer.schedule(answer, delay, TimeUnit.NANOSECONDS);
          });
    }
  }

  private static <T> void answer(StreamObserver<T> response, T message) {
    response.onNext(message);
    response.onCompleted();
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      var embedded =
          EmbedResponse.newBuilder().setModel("scripted").setModelFingerprint(FINGERPRINT);
      for (int i = 0; i < request.getTextsCount(); i++) {
        embedded.addEmbeddings(Embedding.newBuilder().setFloatVector(VECTOR).setTokenCount(8));
      }
      later(request.getPriority(), () -> answer(response, embedded.build()));
    }

    @Override
    public void countTokens(
        CountTokensRequest request, StreamObserver<CountTokensResponse> response) {
      var counts = CountTokensResponse.newBuilder();
      request.getTextsList().forEach(text -> counts.addTokenCounts(text.length() / 4 + 1));
      answer(response, counts.build());
    }

    @Override
    public void getEmbedModel(
        GetEmbedModelRequest request, StreamObserver<EmbedModelInfo> response) {
      answer(
          response,
          EmbedModelInfo.newBuilder()
              .setModel("scripted")
              .setModelFingerprint(FINGERPRINT)
              .setDimension(DIMENSION)
              .setMaxTokens(512)
              .build());
    }
  }

  /** Leaves the order as it is. */
  private final class Rerank extends RerankServiceImplBase {
    @Override
    public void rerank(RerankRequest request, StreamObserver<RerankResponse> response) {
      var reranked = RerankResponse.newBuilder();
      for (int i = 0; i < request.getDocumentsCount(); i++) {
        reranked.addResults(
            RerankResult.newBuilder().setIndex(i).setRelevanceScore(1.0 / (i + 2)).build());
      }
      later(request.getPriority(), () -> answer(response, reranked.build()));
    }
  }

  /** Quotes the first sentence of the first document. */
  private final class Generate extends GenerateServiceImplBase {
    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateEvent> response) {
      String text = request.getDocuments(0).getText();
      String sentence = text.substring(0, text.indexOf('.') + 1);
      later(
          request.getPriority(),
          () -> {
            response.onNext(delta(sentence));
            later(request.getPriority(), () -> quote(sentence, response));
          });
    }

    private static void quote(String sentence, StreamObserver<GenerateEvent> response) {
      response.onNext(
          GenerateEvent.newBuilder()
              .setQuote(
                  Quote.newBuilder()
                      .setDocumentIndex(0)
                      .setText(sentence)
                      .setAnswerEnd(sentence.length()))
              .build());
      answer(
          response,
          GenerateEvent.newBuilder()
              .setCompleted(
                  GenerateCompleted.newBuilder()
                      .setFinishReason(FinishReason.STOP)
                      .setSupportScore(0.9))
              .build());
    }

    private static GenerateEvent delta(String text) {
      return GenerateEvent.newBuilder().setTextDelta(TextDelta.newBuilder().setText(text)).build();
    }
  }
}
