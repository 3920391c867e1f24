package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.VersionConflict;
import dev.sluice.serving.logs.RequestText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the writes of one index in their order and commits them in groups: a lone write at once,
 * under load at most an eleventh of the time goes to committing. Owns its thread, the only one that
 * writes: an interrupt of a caller must not close a file under Lucene. {@link #close} finishes what
 * waits, {@link #abort} fails it.
 */
final class GroupCommitter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
  private static final int PAUSE_FACTOR = 10;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int GROUP_LIMIT = 1000;

  private final IndexSession session;
  private final WriteQueue<Write<?>> queue;
  private final WriterThread<Write<?>> thread;
  private long nextCommit = System.nanoTime();

  GroupCommitter(String name, IndexSession session, int queueLimit) {
    this.session = session;
    this.queue = new WriteQueue<>(queueLimit);
    Thread.Builder builder = Thread.ofPlatform().daemon().name("commit-" + name);
    this.thread = new WriterThread<>(builder, queue, this::work, session::rollback);
  }

  void start() {
    thread.start();
  }

  /** A change of the index; runs on the committer's thread. */
  interface Change<T> {
    T apply(IndexSession session) throws IOException;
  }

  /** A change, its result once it was applied, and who waits for the commit. */
  static final class Write<T> {
    private final Change<T> change;
    private final CompletableFuture<T> committed = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable Failure refusal;

    Write(Change<T> change) {
      this.change = change;
    }

    private void apply(IndexSession session) throws IOException {
      try {
        result = change.apply(session);
      } catch (AlreadyExists | VersionConflict e) {
        refusal = e; // told after the commit: what it depends on may be in the same group
      }
    }

    private void complete() {
      if (refusal == null) {
        committed.complete(result);
      } else {
        fail(refusal);
      }
    }

    void fail(Throwable failure) {
      committed.completeExceptionally(failure);
    }
  }

  /** Completes after the commit. Blocks while the queue is full. */
  <T> CompletableFuture<T> submit(Change<T> change) {
    Write<T> write = new Write<>(change);
    queue.put(write);
    return write.committed;
  }

  /**
   * A group; and until the next one comes, what is merged is committed, so that searches get it.
   */
  private void work(Write<?> first) {
    group(first);
    while (session.isMerging() && !queue.await(System.nanoTime() + IDLE_NANOS)) {
      commitMerges();
    }
  }

  private void commitMerges() {
    try {
      session.commitMerges();
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("merged segments could not be committed", e);
      session.rollback();
    }
  }

  private void group(Write<?> first) {
    List<Write<?>> applied = new ArrayList<>();
    try {
      Write<?> next = first;
      while (next != null) {
        apply(next, applied);
        next = applied.size() < GROUP_LIMIT ? queue.poll(nextCommit) : null;
      }
      commit(applied);
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("{} writes failed", applied.size(), RequestText.of(e));
      Failure failure = StorageFailures.of(e);
      try {
        session.rollback();
      } finally {
        applied.forEach(write -> write.fail(failure));
      }
    }
  }

  /** A change that Lucene refuses fails alone; one that breaks the writer fails its group. */
  private void apply(Write<?> write, List<Write<?>> applied) throws IOException {
    try {
      write.apply(session);
    } catch (IllegalArgumentException e) {
      write.fail(new Internal("the document could not be indexed", e));
      return;
    } catch (IOException | RuntimeException | Error e) {
      applied.add(write);
      throw e;
    }
    applied.add(write);
  }

  private void commit(List<Write<?>> applied) throws IOException {
    if (applied.isEmpty()) {
      return;
    }
    long begin = System.nanoTime();
    session.commit();
    long end = System.nanoTime();
    nextCommit = end + Math.min(PAUSE_FACTOR * (end - begin), LONGEST_PAUSE_NANOS);
    applied.forEach(Write::complete);
  }

  /** Fails the writes that wait, with this, and all later ones. */
  void abort(Failure reason) {
    thread.abort(reason).forEach(write -> write.fail(reason));
  }

  /** Finishes the writes that wait. */
  @Override
  public void close() {
    thread.close();
  }
}
