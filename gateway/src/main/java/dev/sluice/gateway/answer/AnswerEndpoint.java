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

/** The wire side of answers. The unary answer is the fold of the stream, by construction. */
public final class AnswerEndpoint extends AnswerServiceImplBase {

  private final AnswerPlanner planner;
  private final AnswerPipeline pipeline;
  private final Deadlines deadlines;

  public AnswerEndpoint(AnswerPlanner planner, AnswerPipeline pipeline, Deadlines deadlines) {
    this.planner = planner;
    this.pipeline = pipeline;
    this.deadlines = deadlines;
  }

  @Override
  public void answer(AnswerRequest request, StreamObserver<AnswerResponse> response) {
    AnswerPlan plan = planner.plan(request);
    AnswerFold fold = new AnswerFold();
    pipeline.answer(plan, deadline(plan), fold::add);
    response.onNext(fold.response());
    response.onCompleted();
  }

  @Override
  public void streamAnswer(AnswerRequest request, StreamObserver<AnswerEvent> events) {
    AnswerPlan plan = planner.plan(request);
    Deadline deadline = deadline(plan);
    PacedStream.run(events, deadline, sink -> pipeline.answer(plan, deadline, sink));
  }

  private Deadline deadline(AnswerPlan plan) {
    Caller caller = plan.search().caller();
    return deadlines.current(caller.priority());
  }
}
