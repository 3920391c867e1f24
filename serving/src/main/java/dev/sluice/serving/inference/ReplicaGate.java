package dev.sluice.serving.inference;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one replica may be sent batches: it says that the model is ready, and when it said so
 * anew, the model was what is needed. Logs a line when that changes. Asked by one thread at a time.
 */
final class ReplicaGate<C> {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaGate.class);

  private final InferenceClient client;
  private final int replica;
  private final String model;
  private final Function<ModelDescription, C> contract;
  private final AtomicReference<@Nullable C> agreed;
  private volatile boolean open;
  private String problem = "";

  /**
   * @param agreed what the first replica's model is; that of the others must be equal
   */
  ReplicaGate(
      InferenceClient client,
      int replica,
      String model,
      Function<ModelDescription, C> contract,
      AtomicReference<@Nullable C> agreed) {
    this.client = client;
    this.replica = replica;
    this.model = model;
    this.contract = contract;
    this.agreed = agreed;
  }

  boolean isOpen() {
    return open;
  }

  /**
   * @throws Failure.Unavailable when it is not
   */
  void requireOpen() {
    if (!open) {
      throw new Failure.Unavailable("MODEL_NOT_READY", "the model is not ready");
    }
  }

  /**
   * Asks the replica.
   *
   * @throws ConfigurationException when its model is not what is needed
   * @throws Failure.Cancelled when the thread is interrupted or its context ends
   */
  void check() {
    try {
      client.requireReady(replica, model);
      if (!open) {
        agree(contract.apply(client.describe(replica, model)));
      }
      opened();
    } catch (Failure.Cancelled e) {
      throw e;
    } catch (Failure e) {
      closed(e.text());
    } catch (ConfigurationException e) {
      closed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void agree(C found) {
    C first = agreed.compareAndExchange(null, found);
    if (first != null && !first.equals(found)) {
      throw new ConfigurationException(
          List.of(
              "model %s: it is %s on %s, but %s on a replica before: serve the same on all"
                  .formatted(model, found, where(), first)));
    }
  }

  private String where() {
    return client.target(replica);
  }

  private void opened() {
    if (!open) {
      LOG.info("model {} is ready on {}", model, where());
    }
    problem = "";
    open = true;
  }

  private void closed(String why) {
    open = false;
    if (!problem.equals(why)) {
      LOG.warn("model {} takes no batches on {} until this changes: {}", model, where(), why);
    }
    problem = why;
  }
}
