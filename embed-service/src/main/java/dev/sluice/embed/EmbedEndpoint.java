package dev.sluice.embed;

import com.google.protobuf.util.Durations;
import dev.sluice.embed.v1.CountTokensRequest;
import dev.sluice.embed.v1.CountTokensResponse;
import dev.sluice.embed.v1.EmbedModelInfo;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.embed.v1.GetEmbedModelRequest;
import dev.sluice.serving.batching.Batched;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import dev.sluice.serving.models.Models;
import dev.sluice.serving.server.InOrder;
import dev.sluice.type.v1.StageReport;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** The wire side of the embed-service: checks, tokenises, waits for the batcher, answers. */
final class EmbedEndpoint extends EmbedServiceImplBase {

  private final Models<BatchedModel> models;
  private final Deadlines deadlines;
  private final EmbedMetrics metrics;

  EmbedEndpoint(Models<BatchedModel> models, Deadlines deadlines, EmbedMetrics metrics) {
    this.models = models;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
    response.onNext(embed(request));
    response.onCompleted();
  }

  @Override
  public StreamObserver<EmbedRequest> embedStream(StreamObserver<EmbedResponse> responses) {
    return InOrder.answer(responses, this::embed);
  }

  @Override
  public void countTokens(
      CountTokensRequest request, StreamObserver<CountTokensResponse> response) {
    var counts = CountTokensResponse.newBuilder();
    Deadline deadline = deadlines.current(Caller.current().priority());
    try (var lease = models.lease(request.getModel())) {
      for (String text : request.getTextsList()) {
        requireCaller(deadline);
        counts.addTokenCounts(lease.model().model().countTokens(text));
      }
    }
    response.onNext(counts.build());
    response.onCompleted();
  }

  @Override
  public void getEmbedModel(GetEmbedModelRequest request, StreamObserver<EmbedModelInfo> response) {
    try (var lease = models.lease(request.getModel())) {
      response.onNext(info(lease.model().model()));
      response.onCompleted();
    }
  }

  private static EmbedModelInfo info(EmbedModel model) {
    return EmbedModelInfo.newBuilder()
        .setModel(model.name())
        .setModelFingerprint(model.fingerprint())
        .setDimension(model.dimension())
        .setMaxTokens(model.maxTokens())
        .build();
  }

  private EmbedResponse embed(EmbedRequest request) {
    try (var lease = models.lease(request.getModel())) {
      return embed(request, lease.model());
    }
  }

  private EmbedResponse embed(EmbedRequest request, BatchedModel batcher) {
    long start = System.nanoTime();
    Caller caller = Caller.current().withPriority(request.getPriority());
    Deadline deadline = deadlines.current(caller.priority());
    EmbedModel model = batcher.model();
    checkDimension(model, request.getOutputDimension());
    List<TokenSequence> inputs = tokenize(model, request, deadline);
    long tokenized = System.nanoTime();
    Batched<float[]> batched = caller.during(() -> batcher.run(inputs, deadline));
    metrics.embedded(model.name(), inputs);
    EmbedResponse.Builder response =
        EmbedResponse.newBuilder().setModel(model.name()).setModelFingerprint(model.fingerprint());
    for (int i = 0; i < inputs.size(); i++) {
      response.addEmbeddings(
          OutputVector.of(batched.outputs().get(i), request.getOutputEncoding())
              .setTokenCount(inputs.get(i).length())
              .setTruncated(inputs.get(i).truncated()));
    }
    return response.setStageReport(report(model, batched, start, tokenized)).build();
  }

  /** A request may hold megabytes to tokenise: stops when nobody waits for them any more. */
  private static void requireCaller(Deadline deadline) {
    if (deadline.isExpired()) {
      throw new Failure.DeadlineExceeded("the deadline passed while the texts were tokenised");
    }
    if (Context.current().isCancelled()) {
      throw new Failure.Cancelled();
    }
  }

  private static void checkDimension(EmbedModel model, int dimension) {
    if (dimension != 0 && dimension != model.dimension()) {
      throw new Failure.InvalidInput(
          "output_dimension",
          "must be 0 or " + model.dimension() + ": " + model.name() + " gives no other");
    }
  }

  private static List<TokenSequence> tokenize(
      EmbedModel model, EmbedRequest request, Deadline deadline) {
    List<TokenSequence> inputs = new ArrayList<>(request.getTextsCount());
    for (int i = 0; i < request.getTextsCount(); i++) {
      requireCaller(deadline);
      inputs.add(tokenize(model, "texts[" + i + "]", request.getTexts(i), request));
    }
    return inputs;
  }

  private static TokenSequence tokenize(
      EmbedModel model, String field, String text, EmbedRequest request) {
    TextRules.requireReadable(field, text);
    TokenSequence input =
        model.tokenize(text, inputType(request.getInputType()), truncation(request));
    if (input.length() > model.maxTokens()) {
      throw new Failure.InvalidInput(
          field,
          "has "
              + input.length()
              + " tokens, but "
              + model.name()
              + " reads at most "
              + model.maxTokens()
              + ": shorten it or set truncate");
    }
    return input;
  }

  private static InputType inputType(InputType requested) {
    return requested == InputType.INPUT_TYPE_UNSPECIFIED ? InputType.SEARCH_DOCUMENT : requested;
  }

  private static Truncation truncation(EmbedRequest request) {
    return switch (request.getTruncate()) {
      case START -> Truncation.START;
      case END -> Truncation.END;
      case NONE, TRUNCATE_UNSPECIFIED, UNRECOGNIZED -> Truncation.NONE;
    };
  }

  private static StageReport report(
      EmbedModel model, Batched<float[]> batched, long start, long tokenized) {
    return batched
        .timing()
        .fill(StageReport.newBuilder())
        .setStage("embed")
        .setOutcome(StageReport.Outcome.COMPLETED)
        .setModel(model.name())
        .setInputCount(batched.outputs().size())
        .setOutputCount(batched.outputs().size())
        .setAttemptCount(1)
        .setBatchTime(Durations.fromNanos(tokenized - start))
        .setTotalTime(Durations.fromNanos(System.nanoTime() - start))
        .build();
  }
}
