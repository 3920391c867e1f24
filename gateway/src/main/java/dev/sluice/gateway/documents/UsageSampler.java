package dev.sluice.gateway.documents;

import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a store at once and then every 15 seconds how much it holds, so that a scrape waits for
 * nobody. Owns its thread; {@link #close} ends it, together with a question on its way.
 */
final class UsageSampler implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UsageSampler.class);
  private static final long INTERVAL_SECONDS = 15;
  private static final long PATIENCE_SECONDS = 10;

  private final Function<Deadline, StoreUsage> question;
  private final Consumer<@Nullable StoreUsage> listener;
  private final Thread thread;
  private boolean told;

  /**
   * @param listener told null when there is no answer
   */
  UsageSampler(
      String name,
      Function<Deadline, StoreUsage> question,
      Consumer<@Nullable StoreUsage> listener) {
    this.question = question;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name(name + "-usage").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        listener.accept(ask());
        TimeUnit.SECONDS.sleep(INTERVAL_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What fails is told once until it works again: who operates the store knows from elsewhere. */
  private @Nullable StoreUsage ask() {
    try {
      StoreUsage usage = question.apply(Deadline.after(PATIENCE_SECONDS, TimeUnit.SECONDS));
      told = false;
      return usage;
    } catch (RuntimeException e) { // the outermost frame of a thread
      if (!told && !Thread.currentThread().isInterrupted()) {
        LOG.warn("the document store does not tell how much it holds: {}", e.getMessage());
        told = true;
      }
      return null;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
