package dev.sluice.gateway.answer;

import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.CountTokensResponse;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.embed.v1.FloatVector;
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
import dev.sluice.retriever.v1.RetrieveRequest;
import dev.sluice.retriever.v1.RetrieveResponse;
import dev.sluice.retriever.v1.RetrievedPassage;
import dev.sluice.retriever.v1.RetrieverServiceGrpc.RetrieverServiceImplBase;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.BindableService;
import io.grpc.Deadline;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The services of a simulation. A call takes its turn, or as long as its deadline lets it. */
final class SimulatedServices {

  static final String FALLBACK = "extractive";
  static final String REWRITER = "rewriter";

  private final Simulation simulation;
  private @Nullable Deadline deadline;

  SimulatedServices(Simulation simulation) {
    this.simulation = simulation;
  }

  List<BindableService> all() {
    return List.of(new Embed(), new Rerank(), new Generate(), new Source());
  }

  /** Of the next call. */
  void deadline(@Nullable Deadline next) {
    deadline = next;
  }

  /** How the call fails; null when it does not. */
  private @Nullable StatusRuntimeException take(String service, Deadline until) {
    long left = Math.max(until.timeRemaining(TimeUnit.NANOSECONDS), 0);
    Turn turn = simulation.turn(service, left);
    if (turn.nanos() >= left) {
      simulation.time.pass(left);
      return Code.DEADLINE_EXCEEDED.toStatus().asRuntimeException();
    }
    simulation.time.pass(turn.nanos());
    return turn.code() == Code.OK ? null : turn.code().toStatus().asRuntimeException();
  }

  private Deadline until() {
    if (deadline == null) {
      throw new AssertionError("a call without a deadline");
    }
    return deadline;
  }

  private <R> void serve(String service, StreamObserver<R> response, Supplier<R> answer) {
    StatusRuntimeException failure = take(service, until());
    if (failure != null) {
      response.onError(failure);
    } else {
      response.onNext(answer.get());
      response.onCompleted();
    }
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      FloatVector vector = FloatVector.newBuilder().addValues(1).addValues(0).build();
      EmbedResponse whole =
          EmbedResponse.newBuilder()
              .setModelFingerprint("f")
              .addEmbeddings(Embedding.newBuilder().setFloatVector(vector))
              .build();
      serve("embed", response, () -> whole);
    }

    @Override
    public void countTokens(
        CountTokensRequest request, StreamObserver<CountTokensResponse> response) {
      CountTokensResponse.Builder counts = CountTokensResponse.newBuilder();
      request.getTextsList().forEach(text -> counts.addTokenCounts(text.length() / 4));
      serve("tokens", response, counts::build);
    }
  }

  private final class Rerank extends RerankServiceImplBase {
    @Override
    public void rerank(RerankRequest request, StreamObserver<RerankResponse> response) {
      RerankResponse.Builder order = RerankResponse.newBuilder();
      for (int i = 0; i < request.getDocumentsCount(); i++) {
        order.addResults(RerankResult.newBuilder().setIndex(i).setRelevanceScore(1.0 / (i + 1)));
      }
      serve("rerank", response, order::build);
    }
  }

  private final class Source extends RetrieverServiceImplBase {
    @Override
    public void retrieve(RetrieveRequest request, StreamObserver<RetrieveResponse> response) {
      RetrieveResponse.Builder found = RetrieveResponse.newBuilder();
      for (int i = 0; i < simulation.passages; i++) {
        found.addPassages(
            RetrievedPassage.newBuilder().setDocumentId("d" + i).setText(Simulation.TEXT));
      }
      serve("source", response, found::build);
    }
  }

  private final class Generate extends GenerateServiceImplBase {
    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateEvent> events) {
      String service = request.getModel().isEmpty() ? "generate" : request.getModel();
      var text = new Text(service, until(), (ServerCallStreamObserver<GenerateEvent>) events);
      if (service.equals("generate") && request.getDocumentsCount() > simulation.room) {
        events.onError(FailureStatus.exception(Failure.InvalidInput.contextTooLong()));
      } else {
        text.begin();
      }
    }
  }

  /**
   * A text while it is written, each piece when the reader asks for it. The reader asks for the
   * next piece before it looks at the last one, so time passes only with the third.
   */
  private final class Text {
    private final String service;
    private final Deadline until;
    private final ServerCallStreamObserver<GenerateEvent> events;
    private int asked;

    Text(String service, Deadline until, ServerCallStreamObserver<GenerateEvent> events) {
      this.service = service;
      this.until = until;
      this.events = events;
    }

    void begin() {
      events.setOnCancelHandler(() -> {});
      StatusRuntimeException failure = take(service, until);
      if (events.isCancelled()) {
        return;
      }
      if (failure != null) {
        events.onError(failure);
        return;
      }
      events.setOnReadyHandler(this::goOn);
      events.onNext(delta("Gates control"));
    }

    private void goOn() {
      asked++;
      if (asked == 1) {
        events.onNext(delta(" water."));
      } else if (asked == 2) {
        end(take(service + ", the rest", until));
      }
    }

    private void end(@Nullable StatusRuntimeException failure) {
      if (events.isCancelled()) {
        return;
      }
      if (failure != null) {
        events.onError(failure);
        return;
      }
      if (!service.equals(REWRITER)) {
        events.onNext(quote("Gates control water."));
      }
      events.onNext(completed());
      events.onCompleted();
    }
  }

  private static GenerateEvent delta(String text) {
    return GenerateEvent.newBuilder().setTextDelta(TextDelta.newBuilder().setText(text)).build();
  }

  private static GenerateEvent quote(String text) {
    return GenerateEvent.newBuilder()
        .setQuote(Quote.newBuilder().setText(text).setAnswerEnd(text.length()))
        .build();
  }

  private static GenerateEvent completed() {
    return GenerateEvent.newBuilder()
        .setCompleted(GenerateCompleted.newBuilder().setFinishReason(FinishReason.STOP))
        .build();
  }
}
