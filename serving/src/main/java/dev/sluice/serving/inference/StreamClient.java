package dev.sluice.serving.inference;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.Deadline;
import java.util.List;
import java.util.UUID;

/**
 * Opens streams on the replicas of a model server, one call for each request, since cancelling a
 * call cancels all that was asked on it. Owns a channel to each replica, apart from those of other
 * calls: with small windows, so that what a slow reader leaves unread is little. Thread-safe.
 */
public final class StreamClient implements AutoCloseable {

  private final List<StreamReplica> replicas;
  private final ReplicaChoice choice;

  /** Connects when first used. Targets are gRPC's, as {@code host:port}; one for each replica. */
  public StreamClient(List<String> targets, ChannelSecurity security) {
    this.replicas = targets.stream().map(target -> new StreamReplica(target, security)).toList();
    this.choice = new ReplicaChoice(replicas.size());
  }

  /**
   * Sends a request to the replica with the fewest streams and waits until it answers. It ends with
   * the current {@link io.grpc.Context} or at the deadline, and the server is told. A replica that
   * is gone before it answered is left out for a while, and another one is asked, once.
   *
   * @throws Failure as {@link InferenceStream#next} does
   */
  public InferenceStream open(StreamRequest request, Deadline deadline) {
    try {
      return start(request, deadline);
    } catch (Failure.Unavailable gone) {
      if (replicas.size() == 1) {
        throw gone;
      }
      return start(request, deadline);
    }
  }

  private InferenceStream start(StreamRequest request, Deadline deadline) {
    int number = choice.take(System.nanoTime());
    StreamReplica replica = replicas.get(number);
    String id = UUID.randomUUID().toString();
    var stream =
        new InferenceStream(
            replica.call(deadline), replica.target(), id, () -> choice.ended(number));
    try {
      stream.start(request.message(id));
      choice.answered(number);
      return stream;
    } catch (Failure failure) {
      if (failure instanceof Failure.Unavailable) {
        choice.failed(number, System.nanoTime());
      }
      stream.close();
      throw failure;
    }
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    replicas.forEach(StreamReplica::close);
  }
}
