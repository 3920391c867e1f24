package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import java.util.List;
import java.util.function.Consumer;

/**
 * The only thread that works off a queue of writes, until that is closed and empty. {@link #close}
 * ends it, {@link #abort} sooner; neither can be interrupted.
 */
public final class WriterThread<W> implements AutoCloseable {

  private final WriteQueue<W> queue;
  private final Consumer<W> work;
  private final Runnable end;
  private final Thread thread;

  /**
   * @param work with the next write; may take further ones from the queue, throws nothing
   * @param end what the thread does last
   */
  public WriterThread(Thread.Builder builder, WriteQueue<W> queue, Consumer<W> work, Runnable end) {
    this.queue = queue;
    this.work = work;
    this.end = end;
    this.thread = builder.unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    W write = queue.take();
    while (write != null) {
      work.accept(write);
      write = queue.take();
    }
    end.run();
  }

  /** Refuses all later writes with this, and gives back what waited when the thread has ended. */
  public List<W> abort(Failure reason) {
    List<W> waiting = queue.close(reason);
    join();
    return waiting;
  }

  /** Finishes the writes that wait. */
  @Override
  public void close() {
    queue.close();
    join();
  }

  private void join() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
