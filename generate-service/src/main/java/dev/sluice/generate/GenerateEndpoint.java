package dev.sluice.generate;

import com.google.protobuf.util.Durations;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.Effort;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.models.Models;
import dev.sluice.serving.server.PacedStream;
import dev.sluice.type.v1.StageReport;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/** The wire side of the generate-service: checks, has the model write, reports how it ended. */
final class GenerateEndpoint extends GenerateServiceImplBase {

  static final String STAGE = "generate";

  private final Models<GenerateModel> models;
  private final Deadlines deadlines;
  private final GenerateMetrics metrics;

  GenerateEndpoint(Models<GenerateModel> models, Deadlines deadlines, GenerateMetrics metrics) {
    this.models = models;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateEvent> events) {
    long start = System.nanoTime();
    ConversationRules.check(request);
    Caller caller = Caller.current().withPriority(request.getPriority());
    Deadline deadline = deadlines.current(caller.priority());
    PacedStream.run(
        events, deadline, stream -> caller.during(() -> write(request, stream, deadline, start)));
  }

  private Completion write(
      GenerateRequest request, Consumer<GenerateEvent> stream, Deadline deadline, long start) {
    try (var lease = models.lease(request.getModel())) {
      return write(request, lease.model(), stream, deadline, start);
    }
  }

  private Completion write(
      GenerateRequest request,
      GenerateModel model,
      Consumer<GenerateEvent> stream,
      Deadline deadline,
      long start) {
    try {
      var span = new StreamSpan();
      var sink =
          new TimedSink(
              new EventWriter(stream),
              System::nanoTime,
              first -> {
                span.began();
                metrics.began(model.name(), first - start);
              });
      Completion completion = model.generate(request, sink, deadline);
      span.completed(model, completion);
      metrics.completed(model.name(), completion, sink.sinceFirst());
      var completed = completed(model, completion, start);
      stream.accept(GenerateEvent.newBuilder().setCompleted(completed).build());
      return completion;
    } catch (Failure.DeadlineExceeded late) {
      throw withReport(model, late, start);
    }
  }

  private static GenerateCompleted completed(
      GenerateModel model, Completion completion, long start) {
    GenerateCompleted.Builder completed =
        GenerateCompleted.newBuilder()
            .setFinishReason(completion.finishReason())
            .setUsage(completion.usage())
            .setModel(model.name())
            .setModelFingerprint(model.fingerprint())
            .setStageReport(
                report(model, completion.effort(), start)
                    .setOutcome(StageReport.Outcome.COMPLETED));
    completion.support().ifPresent(completed::setSupportScore);
    return completed.build();
  }

  private static Failure withReport(
      GenerateModel model, Failure.DeadlineExceeded late, long start) {
    StageReport.Builder failed =
        report(model, Effort.NONE, start).setOutcome(StageReport.Outcome.FAILED);
    late.stages().forEach(failed::mergeFrom);
    return new Failure.DeadlineExceeded(late.text(), List.of(failed.build()));
  }

  private static StageReport.Builder report(GenerateModel model, Effort effort, long start) {
    return effort
        .fill(StageReport.newBuilder())
        .setStage(STAGE)
        .setModel(model.name())
        .setAttemptCount(1)
        .setTotalTime(Durations.fromNanos(System.nanoTime() - start));
  }
}
