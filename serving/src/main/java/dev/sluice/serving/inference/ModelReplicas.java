package dev.sluice.serving.inference;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.encoder.Tensor;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model on its replicas, each of which gets batches only while it says that the model is ready
 * there and the model is what is needed. Owns the client, and a thread for each replica that asks
 * it once a second.
 *
 * @param <C> what is needed of the model: equal on all replicas
 */
public final class ModelReplicas<C> implements AutoCloseable {

  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration WATCH = Duration.ofSeconds(1);

  private final InferenceClient client;
  private final List<ReplicaGate<C>> gates;
  private final AtomicReference<@Nullable C> contract = new AtomicReference<>();
  private final ExecutorService watchers = Executors.newVirtualThreadPerTaskExecutor();

  private ModelReplicas(
      InferenceClient client, String model, Function<ModelDescription, C> contract) {
    this.client = client;
    this.gates =
        IntStream.range(0, client.replicas())
            .mapToObj(replica -> new ReplicaGate<>(client, replica, model, contract, this.contract))
            .toList();
  }

  /**
   * Waits until the model is ready on a replica, asking again and again with growing pauses.
   *
   * @param client becomes this object's own, also when it fails
   * @param contract reads what is needed out of what a server says, or throws a {@link
   *     ConfigurationException}
   * @throws ConfigurationException when a model is not what is needed
   * @throws Failure.Cancelled when the waiting thread is interrupted or its context ends
   */
  public static <C> ModelReplicas<C> await(
      InferenceClient client, String model, Function<ModelDescription, C> contract) {
    var replicas = new ModelReplicas<>(client, model, contract);
    try {
      replicas.awaitOne();
      replicas.watch();
      return replicas;
    } catch (RuntimeException | Error e) { // what cannot start leaves nothing behind
      replicas.close();
      throw e;
    }
  }

  private void awaitOne() {
    gates.forEach(ReplicaGate::check);
    for (Duration wait = FIRST_WAIT; !isReady(); wait = longer(wait)) {
      pause(wait);
      gates.forEach(ReplicaGate::check);
    }
  }

  private static Duration longer(Duration wait) {
    Duration twice = wait.multipliedBy(2);
    return twice.compareTo(LONGEST_WAIT) < 0 ? twice : LONGEST_WAIT;
  }

  private static void pause(Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    }
    if (Context.current().isCancelled()) {
      throw new Failure.Cancelled();
    }
  }

  private void watch() {
    gates.forEach(gate -> watchers.execute(() -> watch(gate)));
  }

  private static void watch(ReplicaGate<?> gate) {
    while (true) {
      try {
        pause(WATCH);
        gate.check();
      } catch (Failure.Cancelled closed) {
        return;
      } catch (ConfigurationException misfit) {
        // logged, and asked again: the server may be given the right model
      }
    }
  }

  /** What was read of the model. */
  public C contract() {
    return Objects.requireNonNull(contract.get()); // set by the replica that was waited for
  }

  /** Whether any replica takes batches. */
  public boolean isReady() {
    return gates.stream().anyMatch(ReplicaGate::isOpen);
  }

  /** See {@link InferenceClient#roundTripNanos}. */
  public long roundTripNanos(int replica) {
    return client.roundTripNanos(replica);
  }

  /**
   * See {@link InferenceClient#infer}.
   *
   * @throws Failure.Unavailable also when the replica takes no batches, without asking it
   */
  public Tensor infer(int replica, Inference inference) {
    gates.get(replica).requireOpen();
    return client.infer(replica, inference);
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    watchers.shutdownNow();
    client.close();
  }
}
