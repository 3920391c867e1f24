package dev.sluice.generate;

import com.google.protobuf.util.Durations;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc.GenerateServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StageReport;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The wire side of the generate-service. Each call writes on a virtual thread of its own, which
 * leaves gRPC's thread free to say that the reader is ready or gone. {@link #close} waits for those
 * threads.
 */
final class GenerateEndpoint extends GenerateServiceImplBase implements AutoCloseable {

  static final String STAGE = "generate";

  private final GenerateModel model;
  private final Deadlines deadlines;
  private final GenerateMetrics metrics;
  private final ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor();

  GenerateEndpoint(GenerateModel model, Deadlines deadlines, GenerateMetrics metrics) {
    this.model = model;
    this.deadlines = deadlines;
    this.metrics = metrics;
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateEvent> events) {
    long start = System.nanoTime();
    ConversationRules.check(request);
    Deadline deadline =
        deadlines.current(Caller.current().withPriority(request.getPriority()).priority());
    var stream = EventStream.over((ServerCallStreamObserver<GenerateEvent>) events, deadline);
    writers.execute(Context.current().wrap(() -> write(request, stream, deadline, start)));
  }

  private void write(GenerateRequest request, EventStream stream, Deadline deadline, long start) {
    try {
      Completion completion = model.generate(request, stream, deadline);
      metrics.completed(completion);
      stream.complete(completed(completion, start));
    } catch (Failure.DeadlineExceeded late) {
      stream.fail(withReport(late, start));
    } catch (Failure failure) {
      stream.fail(failure);
    } catch (RuntimeException | Error e) { // the outermost frame of this thread
      stream.fail(new Failure.Internal("the model failed", e));
    }
  }

  private GenerateCompleted completed(Completion completion, long start) {
    GenerateCompleted.Builder completed =
        GenerateCompleted.newBuilder()
            .setFinishReason(completion.finishReason())
            .setUsage(completion.usage())
            .setModel(model.name())
            .setModelFingerprint(model.fingerprint())
            .setStageReport(
                report(completion.effort(), start).setOutcome(StageReport.Outcome.COMPLETED));
    completion.support().ifPresent(completed::setSupportScore);
    return completed.build();
  }

  private Failure withReport(Failure.DeadlineExceeded late, long start) {
    StageReport failed = report(Effort.NONE, start).setOutcome(StageReport.Outcome.FAILED).build();
    return late.stages().isEmpty()
        ? new Failure.DeadlineExceeded(late.text(), List.of(failed))
        : late;
  }

  private StageReport.Builder report(Effort effort, long start) {
    return effort
        .fill(StageReport.newBuilder())
        .setStage(STAGE)
        .setModel(model.name())
        .setAttemptCount(1)
        .setTotalTime(Durations.fromNanos(System.nanoTime() - start));
  }

  /** Waits until no call writes any more. */
  @Override
  public void close() {
    writers.close();
  }
}
