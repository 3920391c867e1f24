package dev.sluice.serving.inference;

import dev.sluice.serving.batching.ModelMemoryException;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.tls.ChannelSecurity;
import java.util.List;

/**
 * Runs models on the replicas of a model server, each reached by a channel of its own: the caller
 * chooses which. Owns the channels. Thread-safe.
 */
public final class InferenceClient implements AutoCloseable {

  private final List<Replica> replicas;

  /** Connects when first used. Targets are gRPC's, as {@code host:port}; one for each replica. */
  public InferenceClient(List<String> targets, ChannelSecurity security) {
    replicas = targets.stream().map(target -> new Replica(target, security)).toList();
  }

  public int replicas() {
    return replicas.size();
  }

  /** Where a replica is. */
  public String target(int replica) {
    return replicas.get(replica).target();
  }

  /**
   * Asks a replica whether a model is ready there; waits a few seconds at most.
   *
   * @throws Failure.Unavailable when it is not, or the replica is not there or does not answer
   * @throws Failure.Cancelled when the context is cancelled
   */
  void requireReady(int replica, String model) {
    replicas.get(replica).requireReady(model);
  }

  /**
   * What a replica says of a model that is ready there.
   *
   * @throws Failure as {@link #requireReady} does
   */
  ModelDescription describe(int replica, String model) {
    return replicas.get(replica).describe(model);
  }

  /**
   * Runs a model and waits for it, until the current {@link io.grpc.Context} ends at the latest;
   * the server is told when it does.
   *
   * @param replica counted from 0
   * @return the output, of the shape asked for, all values finite
   * @throws ModelMemoryException when the server says that memory ran out
   * @throws Failure.Internal when the model does not take the inputs, breaks, or answers something
   *     else than was asked for
   * @throws Failure.Unavailable when the server or the model is not there
   * @throws Failure.Overloaded when the server's queue is full
   * @throws Failure.DeadlineExceeded when the context's deadline or the server's passes
   * @throws Failure.Cancelled when the context is cancelled
   */
  public Tensor infer(int replica, Inference inference) {
    Tensor output = replicas.get(replica).infer(inference);
    replicas.forEach(Replica::ping);
    return output;
  }

  /**
   * How long a message to a replica and back takes, in nanoseconds; 0 while unknown. Measured from
   * time to time while any replica is in use.
   */
  public long roundTripNanos(int replica) {
    return replicas.get(replica).roundTripNanos();
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    replicas.forEach(Replica::close);
  }
}
