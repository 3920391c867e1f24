package dev.sluice.generate;

import com.google.protobuf.util.Durations;
import dev.sluice.generate.admission.GateMetrics;
import dev.sluice.generate.admission.Outcome;
import dev.sluice.generate.admission.Permit;
import dev.sluice.generate.admission.StreamGate;
import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.generate.chat.GroundedPrompt;
import dev.sluice.generate.chat.MarkedSink;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Usage;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StageReport;
import io.grpc.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** A model behind a {@link StreamGate}. Owns both, and closes the gate first. */
final class GatedModel implements GenerateModel {

  private final String name;
  private final GenerateModel model;
  private final StreamGate gate;
  private final Tickets tickets;

  private GatedModel(String name, GenerateModel model, StreamGate gate, Tickets tickets) {
    this.name = name;
    this.model = model;
    this.gate = gate;
    this.tickets = tickets;
  }

  /**
   * The model behind a gate if it declares one, else the model itself.
   *
   * @param name what requests call a gated model; empty means its own name
   */
  static GenerateModel inFrontOf(String name, GenerateModel model, MeterRegistry registry) {
    return model
        .admission()
        .<GenerateModel>map(limits -> gated(name, model, limits, registry))
        .orElse(model);
  }

  private static GatedModel gated(
      String name, GenerateModel model, StreamLimits limits, MeterRegistry registry) {
    String known = name.isEmpty() ? model.name() : name;
    var gate = new StreamGate(GenerateEndpoint.STAGE, limits, new GateMetrics(registry, known));
    return new GatedModel(known, model, gate, new Tickets(limits.defaultMaxTokens()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  @Override
  public boolean isReady() {
    return model.isReady();
  }

  @Override
  public Completion generate(GenerateRequest request, EventSink sink, Deadline deadline) {
    try (Permit permit = acquire(request, deadline)) {
      StreamSpan.admitted(permit.waitedNanos());
      Completion completion = run(request, sink, deadline, permit);
      Usage usage = completion.usage();
      tickets.read(request, usage.getPromptTokenCount());
      permit.complete(usage.getPromptTokenCount(), usage.getCompletionTokenCount());
      return completion.waited(permit.waitedNanos());
    }
  }

  private Permit acquire(GenerateRequest request, Deadline deadline) {
    long arrival = System.nanoTime();
    try {
      return gate.acquire(tickets.of(request, Caller.current()), deadline);
    } catch (Failure.DeadlineExceeded late) {
      throw waited(late, System.nanoTime() - arrival);
    }
  }

  private Completion run(
      GenerateRequest request, EventSink sink, Deadline deadline, Permit permit) {
    try {
      return GroundedPrompt.asksForQuotes(request)
          ? quoting(request, sink, deadline, permit)
          : model.generate(request, new CountingSink(sink, permit), deadline);
    } catch (Failure failure) {
      permit.end(outcome(failure));
      throw failure instanceof Failure.DeadlineExceeded late
          ? waited(late, permit.waitedNanos())
          : failure;
    }
  }

  /** Takes the marks of quotes out of the text. */
  private Completion quoting(
      GenerateRequest request, EventSink sink, Deadline deadline, Permit permit) {
    var quotes = new MarkedSink(sink, request.getDocumentsCount());
    Completion completion = model.generate(request, new CountingSink(quotes, permit), deadline);
    quotes.end();
    return completion;
  }

  private static Outcome outcome(Failure failure) {
    return switch (failure) {
      case Failure.DeadlineExceeded late -> Outcome.LATE;
      case Failure.Cancelled cancelled -> Outcome.CANCELLED;
      case Failure.Overloaded overloaded -> Outcome.OVERLOADED;
      case Failure.Unavailable gone -> Outcome.OVERLOADED;
      case Failure.InvalidInput input -> Outcome.FAILED;
      case Failure.NotFound missing -> Outcome.FAILED;
      case Failure.AlreadyExists existing -> Outcome.FAILED;
      case Failure.VersionConflict conflict -> Outcome.FAILED;
      case Failure.Precondition unmet -> Outcome.FAILED;
      case Failure.Unauthenticated stranger -> Outcome.FAILED;
      case Failure.PermissionDenied denied -> Outcome.FAILED;
      case Failure.QuotaExceeded spent -> Outcome.FAILED;
      case Failure.StorageFull full -> Outcome.FAILED;
      case Failure.Unimplemented missing -> Outcome.FAILED;
      case Failure.Internal broken -> Outcome.FAILED;
    };
  }

  /** The same failure, with the wait in the report of its stage. */
  private static Failure waited(Failure.DeadlineExceeded late, long nanos) {
    StageReport.Builder report = StageReport.newBuilder();
    late.stages().forEach(report::mergeFrom);
    report.setQueueTime(Durations.add(report.getQueueTime(), Durations.fromNanos(nanos)));
    return new Failure.DeadlineExceeded(late.text(), List.of(report.build()));
  }

  @Override
  public double utilisation() {
    return gate.utilisation();
  }

  @Override
  public void close() {
    try (model) {
      gate.close();
    }
  }
}
