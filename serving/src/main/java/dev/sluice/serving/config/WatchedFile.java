package dev.sluice.serving.config;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file, or several, that somebody writes anew while the process runs. What has changed counts
 * once two looks found the same, so that a file which is being written is let be; one that is
 * broken or gone changes nothing until it is right again, and is told of once. Owns the thread that
 * looks.
 *
 * @param <C> what it holds, which can be compared
 */
public final class WatchedFile<C> implements AutoCloseable {

  /** Reads what the file holds now. */
  @FunctionalInterface
  public interface Reading<C> {
    C read() throws IOException;
  }

  /** Begins to use what the file holds, or says what is wrong with it, and uses what it did. */
  @FunctionalInterface
  public interface Taking<C> {
    void take(C contents) throws IOException;
  }

  private final Reading<C> reading;
  private final Taking<C> taking;
  private final Consumer<Exception> complaint;
  private @Nullable Thread thread;
  private C used;
  private C seen;
  private String told = "";

  /**
   * @param used what was read and taken before
   * @param complaint told why a change is not taken, once for each reason
   */
  public WatchedFile(C used, Reading<C> reading, Taking<C> taking, Consumer<Exception> complaint) {
    this.used = used;
    this.seen = used;
    this.reading = reading;
    this.taking = taking;
    this.complaint = complaint;
  }

  /**
   * Looks from now on.
   *
   * @param name of the thread
   */
  public void every(Duration period, String name) {
    thread = Thread.ofVirtual().name(name).start(() -> lookOn(period));
  }

  private void lookOn(Duration period) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(period);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes what the file holds now, if it held that at the last look. */
  public void look() {
    try {
      C now = reading.read();
      boolean settled = now.equals(seen);
      seen = now;
      if (now.equals(used)) {
        told = "";
      } else if (settled) {
        taking.take(now);
        used = now;
        told = "";
      }
    } catch (IOException | RuntimeException e) { // the thread must go on, whatever a file holds
      complainOnce(e);
    }
  }

  /** A look that {@link #close} broke off says nothing of the file. */
  private void complainOnce(Exception problem) {
    String words = problem.toString();
    if (!told.equals(words) && !Thread.currentThread().isInterrupted()) {
      told = words;
      complaint.accept(problem);
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
