package dev.sluice.generate;

import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.Effort;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Usage;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Writes what its script says, and remembers the failures that the script met. */
final class ScriptedModel implements GenerateModel {

  /** What a call writes. */
  interface Script {
    void play(EventSink sink) throws InterruptedException;
  }

  final BlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
  private final Script script;
  private final Optional<StreamLimits> admission;

  ScriptedModel(Script script) {
    this(script, Optional.empty());
  }

  /** One that is gated as a remote server's would be. */
  ScriptedModel(Script script, Optional<StreamLimits> admission) {
    this.script = script;
    this.admission = admission;
  }

  @Override
  public Optional<StreamLimits> admission() {
    return admission;
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public String fingerprint() {
    return "script-1";
  }

  @Override
  public Completion generate(GenerateRequest request, EventSink sink, Deadline deadline) {
    try {
      script.play(sink);
    } catch (Failure failure) {
      failures.add(failure);
      throw failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Completion(
        FinishReason.STOP, Usage.getDefaultInstance(), OptionalDouble.empty(), Effort.NONE);
  }

  @Override
  public void close() {}
}
