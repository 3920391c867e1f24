package dev.sluice.gateway.grounding;

import dev.sluice.gateway.deadline.CallBudget;
import dev.sluice.gateway.deadline.Latencies;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.deadline.StageLatencies;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.search.StageLog;
import dev.sluice.gateway.search.StageTelemetry;
import dev.sluice.gateway.v1.CheckGroundingRequest;
import dev.sluice.gateway.v1.CheckGroundingResponse;
import dev.sluice.gateway.v1.GroundingServiceGrpc.GroundingServiceImplBase;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.caller.Deadlines;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;

/** The wire side of checks of texts from anywhere. */
public final class GroundingEndpoint extends GroundingServiceImplBase {

  /** About a third of a second. */
  private static final long EFFORT = 20_000_000;

  private final EvidenceReader reader;
  private final Deadlines deadlines;
  private final StageTelemetry telemetry;
  private final StageLatencies latencies;
  private final CitationMetrics citationMetrics;

  public GroundingEndpoint(
      DocumentStore store,
      Deadlines deadlines,
      StageTelemetry telemetry,
      Latencies latencies,
      CitationMetrics citationMetrics) {
    this.reader = new EvidenceReader(store);
    this.deadlines = deadlines;
    this.telemetry = telemetry;
    this.latencies = latencies.of("text");
    this.citationMetrics = citationMetrics;
  }

  @Override
  public void checkGrounding(
      CheckGroundingRequest request, StreamObserver<CheckGroundingResponse> response) {
    TextRules.requireReadable("text", request.getText());
    Caller caller = Caller.current().withPriority(request.getPriority());
    CallBudget budget =
        CallBudget.within(
            deadlines.current(caller.priority()),
            latencies,
            Map.of(Stage.VERIFY, StagePolicy.REQUIRED),
            telemetry.clock());
    List<EvidenceText> sources = reader.read(request.getDocumentsList(), caller);
    GroundingCall call = GroundingCall.of(request, sources);
    Evidence evidence = new Evidence(sources, new Effort(EFFORT), () -> goOn(budget));
    response.onNext(checked(call, evidence));
    response.onCompleted();
  }

  private CheckGroundingResponse checked(GroundingCall call, Evidence evidence) {
    try (StageLog log = telemetry.call("check grounding", latencies, degradation -> {})) {
      try {
        return answer(call, evidence, log);
      } catch (RuntimeException failure) { // also a bug of ours: its span must say so
        throw log.failed(failure);
      }
    }
  }

  private CheckGroundingResponse answer(GroundingCall call, Evidence evidence, StageLog log) {
    Grounding grounding =
        log.run(
            Stage.VERIFY,
            report -> {
              report.setAttemptCount(1).setInputCount(call.questions().size());
              Grounding checked = call.check(evidence);
              report.setOutputCount(checked.found());
              return checked;
            });
    grounding.checked().stream()
        .filter(Grounding.Checked::isReported)
        .forEach(each -> citationMetrics.checked(each.place().found().verification()));
    if (evidence.isIncomplete()) {
      log.degrade(
          Stage.VERIFY,
          Reason.BUDGET_EXHAUSTED,
          Effect.EFFECT_UNSPECIFIED,
          "misspelled words were not looked for to the end");
    }
    return call.response(grounding, evidence)
        .addAllDegradations(log.degradations())
        .addAllStageReports(log.reports())
        .build();
  }

  /** Lets others run: what follows takes a processor for some milliseconds. */
  @SuppressWarnings("ThreadPriorityCheck") // a virtual thread gives way only where it says so
  private static void goOn(CallBudget budget) {
    if (budget.spent()) {
      throw new Failure.DeadlineExceeded("the text could not be checked in time");
    }
    if (Context.current().isCancelled()) {
      throw new Failure.Cancelled();
    }
    Thread.yield();
  }
}
