package dev.sluice.gateway.answer;

import dev.sluice.client.AnswerFold;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc.AnswerServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.server.PacedStream;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/** The wire side of answers. The unary answer is the fold of the stream, by construction. */
public final class AnswerEndpoint extends AnswerServiceImplBase {

  private final AnswerPlanner planner;
  private final AnswerPipeline pipeline;
  private final Deadlines deadlines;
  private final AnswerMetrics metrics;

  public AnswerEndpoint(
      AnswerPlanner planner, AnswerPipeline pipeline, Deadlines deadlines, AnswerMetrics metrics) {
    this.metrics = metrics;
    this.planner = planner;
    this.pipeline = pipeline;
    this.deadlines = deadlines;
  }

  @Override
  public void answer(AnswerRequest request, StreamObserver<AnswerResponse> response) {
    AnswerFold fold = new AnswerFold();
    Consumer<AnswerEvent> timed = metrics.timed(fold::add);
    AnswerPlan plan = planner.plan(request);
    pipeline.answer(plan, deadline(plan), timed);
    response.onNext(fold.response());
    response.onCompleted();
  }

  @Override
  public void streamAnswer(AnswerRequest request, StreamObserver<AnswerEvent> events) {
    AnswerPlan plan = planner.plan(request);
    Deadline deadline = deadline(plan);
    PacedStream.run(events, deadline, sink -> pipeline.answer(plan, deadline, metrics.timed(sink)));
  }

  private Deadline deadline(AnswerPlan plan) {
    Caller caller = plan.search().caller();
    return deadlines.current(caller.priority());
  }
}
