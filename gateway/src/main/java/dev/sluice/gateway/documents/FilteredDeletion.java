package dev.sluice.gateway.documents;

import dev.sluice.gateway.audit.CallTrail;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.VersionConflict;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the documents that a filter lets pass, page by page, each by the version that passed. A
 * page in which one was replaced meanwhile is looked at again.
 */
final class FilteredDeletion {

  private static final int PAGE = 200;

  /** The part of the time that is left for the answer to get to its caller: one in so many. */
  private static final int MARGIN = 10;

  private static final long LONGEST_MARGIN_MILLIS = 500;

  private final DocumentStore store;
  private final CollectionKey key;
  private final Filter filter;
  private final @Nullable Deadline end;
  private long deleted;
  private @Nullable WritePosition last;

  /** Stops at the deadline of the current gRPC context, early enough to say how far it came. */
  FilteredDeletion(DocumentStore store, CollectionKey key, Filter filter) {
    this.store = store;
    this.key = key;
    this.filter = filter;
    this.end = early(Context.current().getDeadline());
  }

  private static @Nullable Deadline early(@Nullable Deadline deadline) {
    if (deadline == null) {
      return null;
    }
    long margin = deadline.timeRemaining(TimeUnit.MILLISECONDS) / MARGIN;
    return deadline.offset(-Math.clamp(margin, 0, LONGEST_MARGIN_MILLIS), TimeUnit.MILLISECONDS);
  }

  /** The last deletion of the run; null when there was none. */
  @Nullable WritePosition last() {
    return last;
  }

  /**
   * How many were deleted.
   *
   * @throws DeadlineExceeded saying how many were deleted until then
   */
  long run() {
    String after = "";
    while (true) {
      checkTime();
      List<DocumentRecord> page = store.documents(key, after, PAGE, filter);
      if (page.isEmpty()) {
        return deleted;
      }
      CallTrail.requireWritable();
      if (delete(page)) {
        after = page.getLast().id();
      }
    }
  }

  /** Whether all of them are gone now. Those that are gone are written down if others fail. */
  private boolean delete(List<DocumentRecord> page) {
    List<CompletableFuture<Positioned<Boolean>>> deletions = begun(page);
    Map<String, String> gone = new LinkedHashMap<>();
    boolean all = true;
    @Nullable Failure first = null;
    for (int i = 0; i < deletions.size(); i++) {
      try {
        all &= count(page.get(i), deletions.get(i), gone);
      } catch (Failure failure) {
        CallTrail.failed(page.get(i).id(), failure);
        first = first == null ? failure : first;
      }
    }
    CallTrail.deleted(gone);
    if (first != null) {
      throw first;
    }
    return all;
  }

  /** One for each of a page, or for those up to the first that the store did not take. */
  private List<CompletableFuture<Positioned<Boolean>>> begun(List<DocumentRecord> page) {
    List<CompletableFuture<Positioned<Boolean>>> deletions = new ArrayList<>(page.size());
    for (DocumentRecord record : page) {
      ExpectedVersion seen = ExpectedVersion.exactly(record.version());
      try {
        deletions.add(store.deleteDocument(key, record.id(), seen));
      } catch (RuntimeException e) {
        deletions.add(CompletableFuture.failedFuture(e));
        break;
      }
    }
    return deletions;
  }

  private boolean count(
      DocumentRecord record,
      CompletableFuture<Positioned<Boolean>> deletion,
      Map<String, String> gone) {
    try {
      Positioned<Boolean> outcome = Ingest.join(deletion);
      if (outcome.value()) {
        gone.put(record.id(), record.version());
        deleted++;
        last = WritePosition.later(last, outcome.position());
      }
      return true;
    } catch (VersionConflict replaced) {
      return false;
    }
  }

  private void checkTime() {
    if (end != null && end.isExpired()) {
      throw new DeadlineExceeded(
          "the deadline passed when %d documents were deleted: call again for the rest"
              .formatted(deleted));
    }
    if (Context.current().isCancelled()) {
      throw new Cancelled();
    }
  }
}
