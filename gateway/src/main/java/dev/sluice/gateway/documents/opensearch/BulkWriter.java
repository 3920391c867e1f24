package dev.sluice.gateway.documents.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.documents.Positioned;
import dev.sluice.gateway.documents.WriteQueue;
import dev.sluice.gateway.documents.WriterThread;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.logs.RequestText;
import io.grpc.Deadline;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
  private final WriteQueue<BulkWrite<?>> queue = new WriteQueue<>(QUEUE);
  private final WriterThread<BulkWrite<?>> thread;

  private BulkWriter(Cluster cluster, String collection, String alias) {
    this.cluster = cluster;
    this.collection = collection;
    this.path = "/" + alias + "/_bulk";
    Thread.Builder builder = Thread.ofVirtual().name("bulk-" + collection);
    this.thread = new WriterThread<>(builder, queue, this::write, () -> {});
  }

  static BulkWriter start(Cluster cluster, String collection, String alias) {
    BulkWriter writer = new BulkWriter(cluster, collection, alias);
    writer.thread.start();
    return writer;
  }

  /** Blocks while the queue is full. */
  <T> CompletableFuture<Positioned<T>> submit(BulkWrite<T> write) {
    queue.put(write);
    return write.done();
  }

  private void write(BulkWrite<?> first) {
    List<BulkWrite<?>> group = group(first);
    try {
      send(group);
    } catch (Failure e) {
      group.forEach(write -> write.fail(e));
    } catch (RuntimeException | Error e) {
      LOG.warn("{} writes failed", group.size(), RequestText.of(e));
      group.forEach(write -> write.fail(new Internal("the document store failed", e)));
    }
  }

  private List<BulkWrite<?>> group(BulkWrite<?> first) {
    List<BulkWrite<?>> group = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    long bytes = 0;
    BulkWrite<?> next = first;
    while (next != null) {
      group.add(next);
      ids.add(next.id());
      bytes += next.bytes();
      long room = group.size() < MOST_WRITES ? MOST_BYTES - bytes : -1;
      next = queue.pollIf(write -> write.bytes() <= room && !ids.contains(write.id()));
    }
    return group;
  }

  /** What is refused for load is tried again, ever later. */
  private void send(List<BulkWrite<?>> group) {
    Deadline deadline = cluster.inTime();
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
    Request bulk = Cluster.bytes("POST", path, durably(deadline), body.toByteArray(), LINES);
    try {
      Answer answer = cluster.send(bulk, deadline);
      return answer.isTooLong() && writes.size() > 1
          ? eachAlone(writes, deadline)
          : end(writes, answer.of(collection).path("items"));
    } catch (Overloaded e) {
      return writes;
    }
  }

  /** Only a document that is too long by itself is refused for that. */
  private List<BulkWrite<?>> eachAlone(List<BulkWrite<?>> writes, Deadline deadline) {
    List<BulkWrite<?>> refused = new ArrayList<>();
    for (BulkWrite<?> write : writes) {
      try {
        refused.addAll(attempt(List.of(write), deadline));
      } catch (InvalidInput e) {
        write.fail(e);
      }
    }
    return refused;
  }

  /** A shard that is away for longer than its part of the time fails its own writes alone. */
  private static Map<String, String> durably(Deadline deadline) {
    long millis = Math.max(1, deadline.timeRemaining(TimeUnit.MILLISECONDS) / 2);
    return Map.of("refresh", "true", "require_alias", "true", "timeout", millis + "ms");
  }

  private List<BulkWrite<?>> end(List<BulkWrite<?>> writes, JsonNode items) {
    List<BulkWrite<?>> refused = new ArrayList<>();
    for (int i = 0; i < writes.size(); i++) {
      JsonNode outcome = items.path(i).elements().next();
      if (!writes.get(i).end(outcome)) {
        refused.add(writes.get(i));
      }
    }
    return refused;
  }

  /** Fails the writes that wait, with this, and all later ones. */
  void discard(Failure reason) {
    thread.abort(reason).forEach(write -> write.fail(reason));
  }

  /** Finishes the writes that wait. */
  @Override
  public void close() {
    thread.close();
  }
}
