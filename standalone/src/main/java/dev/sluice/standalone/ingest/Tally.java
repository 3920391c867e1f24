package dev.sluice.standalone.ingest;

import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.standalone.client.Acknowledgements;
import dev.sluice.standalone.client.CallFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of everything. Safe for the thread that reads and the one that hears back. */
public final class Tally implements Acknowledgements {

  /** The most failures that are listed; the others are counted. */
  static final int MOST_LISTED = 20;

  /** Something that failed. */
  public record Failed(String name, String reason) {}

  private final List<Failed> failures = new ArrayList<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private int created;
  private int replaced;
  private int unchanged;
  private int failed;
  private long passages;
  private long bytes;

  @Override
  public synchronized void acknowledged(UpsertDocumentsResponse response, long share) {
    bytes += share;
    passages += response.getChunkCount();
    switch (response.getResult()) {
      case CREATED -> created++;
      case REPLACED -> replaced++;
      case UNCHANGED -> unchanged++;
      case RESULT_UNSPECIFIED, UNRECOGNIZED ->
          fail(response.getDocumentId(), CallFailure.line(response.getError()));
    }
  }

  /** Counts what is not sent; what is sent counts when it is acknowledged. */
  public synchronized void count(Item item) {
    switch (item) {
      case Item.Ready ready -> {}
      case Item.Refused refused -> {
        bytes += refused.bytes();
        fail(refused.name(), refused.reason());
      }
      case Item.Skipped skip -> {
        bytes += skip.bytes();
        skipped.merge(skip.reason(), 1, Integer::sum);
      }
    }
  }

  private void fail(String name, String reason) {
    failed++;
    if (failures.size() < MOST_LISTED) {
      failures.add(new Failed(name, reason));
    }
  }

  public synchronized int failed() {
    return failed;
  }

  /** Documents that are stored now. */
  public synchronized int stored() {
    return created + replaced + unchanged;
  }

  /** Passages of the stored documents. */
  public synchronized long passages() {
    return passages;
  }

  /** Bytes of the sources that are done with. */
  public synchronized long bytes() {
    return bytes;
  }

  /** The failures to list, and one line for those beyond. */
  public synchronized List<String> failureLines() {
    List<String> lines = new ArrayList<>();
    failures.forEach(failure -> lines.add("failed: " + failure.name() + ": " + failure.reason()));
    if (failed > failures.size()) {
      lines.add("failed: and " + (failed - failures.size()) + " more");
    }
    return lines;
  }

  /** What was left out, by reason; empty when nothing was. */
  public synchronized String skippedLine() {
    int sum = skipped.values().stream().mapToInt(Integer::intValue).sum();
    List<String> reasons = new ArrayList<>();
    skipped.forEach((reason, count) -> reasons.add(count + " " + reason));
    return sum == 0 ? "" : "skipped " + sum + ": " + String.join(", ", reasons);
  }

  /** The counts in one line. */
  public synchronized String summary() {
    return "%d created, %d replaced, %d unchanged, %d failed; %d passages"
        .formatted(created, replaced, unchanged, failed, passages);
  }
}
