package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.WriteQueue;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.Overloaded;
import io.grpc.Deadline;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.opensearch.generic.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the writes of one collection in their order, in bulk: those that came while the last
 * request ran. Each is answered when it is durable and visible on all copies of its shard. A
 * request has a document once at most, so that what is refused for load can be sent again without
 * overtaking. Owns its thread. {@link #close} finishes what waits, {@link #discard} fails it.
 */
final class BulkWriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BulkWriter.class);
  private static final int QUEUE = 1000;
  private static final int MOST_WRITES = 500;
  private static final long MOST_BYTES = 8 << 20;
  private static final String LINES = "application/x-ndjson";
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final Cluster cluster;
  private final String collection;
  private final String path;
  private final Duration timeout;
  private final WriteQueue<BulkWrite<?>> queue = new WriteQueue<>(QUEUE);
  private final Thread thread;

  /** Came too early for the request before it. Confined to the thread. */
  private @Nullable BulkWrite<?> next;

  private BulkWriter(Cluster cluster, String collection, String alias, Duration timeout) {
    this.cluster = cluster;
    this.collection = collection;
    this.path = "/" + alias + "/_bulk";
    this.timeout = timeout;
    this.thread = Thread.ofVirtual().name("bulk-" + collection).unstarted(this::run);
  }

  static BulkWriter start(Cluster cluster, String collection, String alias, Duration timeout) {
    BulkWriter writer = new BulkWriter(cluster, collection, alias, timeout);
    writer.thread.start();
    return writer;
  }

  /** Blocks while the queue is full. */
  <T> CompletableFuture<T> submit(BulkWrite<T> write) {
    queue.put(write);
    return write.done();
  }

  private void run() {
    BulkWrite<?> first = queue.take();
    while (first != null) {
      List<BulkWrite<?>> group = group(first);
      try {
        send(group);
      } catch (Failure e) {
        group.forEach(write -> write.fail(e));
      } catch (RuntimeException | Error e) {
        LOG.warn("{} writes failed", group.size(), e);
        group.forEach(write -> write.fail(new Internal("the document store failed", e)));
      }
      first = next == null ? queue.take() : next;
    }
  }

  private List<BulkWrite<?>> group(BulkWrite<?> first) {
    List<BulkWrite<?>> group = new ArrayList<>(List.of(first));
    Set<String> ids = new HashSet<>(Set.of(first.id()));
    long bytes = first.bytes();
    next = queue.poll(System.nanoTime());
    while (next != null && group.size() < MOST_WRITES && ids.add(next.id())) {
      bytes += next.bytes();
      if (bytes > MOST_BYTES) {
        return group;
      }
      group.add(next);
      next = queue.poll(System.nanoTime());
    }
    return group;
  }

  /** What is refused for load is tried again, ever later. */
  private void send(List<BulkWrite<?>> group) {
    Deadline deadline = Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
    List<BulkWrite<?>> refused = attempt(group, deadline);
    for (int i = 1; i < ATTEMPTS && !refused.isEmpty(); i++) {
      pause(FIRST_PAUSE_MILLIS << (i - 1));
      refused = attempt(refused, deadline);
    }
    refused.forEach(write -> write.fail(ClusterFailures.overloaded()));
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a writer", e);
    }
  }

  /** Gives back what was refused for load. */
  private List<BulkWrite<?>> attempt(List<BulkWrite<?>> writes, Deadline deadline) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writes.forEach(write -> write.append(body));
    Map<String, String> durably = Map.of("refresh", "true", "require_alias", "true");
    Request bulk = Cluster.bytes("POST", path, durably, body.toByteArray(), LINES);
    try {
      return end(writes, cluster.send(bulk, deadline).of(collection).path("items"));
    } catch (Overloaded e) {
      return writes;
    }
  }

  private List<BulkWrite<?>> end(List<BulkWrite<?>> writes, JsonNode items) {
    List<BulkWrite<?>> refused = new ArrayList<>();
    for (int i = 0; i < writes.size(); i++) {
      JsonNode outcome = items.path(i).elements().next();
      if (!writes.get(i).end(outcome, collection)) {
        refused.add(writes.get(i));
      }
    }
    return refused;
  }

  /** Fails the writes that wait, with this, and all later ones. */
  void discard(Failure reason) {
    queue.close(reason).forEach(write -> write.fail(reason));
    join();
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
