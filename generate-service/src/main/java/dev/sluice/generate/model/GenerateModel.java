package dev.sluice.generate.model;

import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.models.ServedModel;
import io.grpc.Deadline;
import java.util.Optional;

/**
 * What writes text: the seam between this service and an engine. Called on a virtual thread of the
 * call's own, in the call's {@link io.grpc.Context}, from many threads at once; blocks until the
 * text is complete.
 */
public interface GenerateModel extends ServedModel {

  /**
   * Writes the answer to a request that obeys the rules of the endpoint.
   *
   * @param sink takes the text as it is written; slow while its reader is slow
   * @return how it ended, which is not sent to the sink
   * @throws dev.sluice.serving.failure.Failure.Unimplemented when the request asks for a feature
   *     that the model does not have, before anything is written
   * @throws dev.sluice.serving.failure.Failure when the deadline passes, the caller goes away, or
   *     the engine fails
   */
  Completion generate(GenerateRequest request, EventSink sink, Deadline deadline);

  /**
   * How the streams of a remote model server are admitted: present for a model that passes on each
   * token as the server writes it, of which the first says that the server took the stream. Empty
   * for one that queues by itself: nothing stands in front of it.
   */
  default Optional<StreamLimits> admission() {
    return Optional.empty();
  }
}
