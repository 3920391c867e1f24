package dev.sluice.gateway.documents;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All passages of {@link KilledWriter}'s documents in one state of the store. Without AssertJ,
 * which would take half of a short process's time.
 */
final class WholeDocuments {

  private static final int MORE_THAN_THERE_ARE = 1000;
  private static final Retrieval ALL =
      Retrieval.hybrid("again", Samples.vector("again"), MORE_THAN_THERE_ARE);

  private WholeDocuments() {}

  /** The stored generation of each document by its number; fails when one is not whole. */
  static Map<Integer, Long> read(DocumentStore store) {
    Map<String, List<Passage>> documents =
        store.retrieve(KilledWriter.KEY, ALL, Samples.soon()).stream()
            .map(Candidate::passage)
            .sorted(Comparator.comparing(Passage::chunkId))
            .collect(Collectors.groupingBy(Passage::documentId));
    Map<Integer, Long> generations = new TreeMap<>();
    documents.forEach((id, passages) -> {
      int number = Integer.parseInt(id.substring(1));
      generations.put(number, generation(number, passages));
    });
    return generations;
  }

  private static long generation(int number, List<Passage> passages) {
    long generation = Long.parseLong(passages.getFirst().text().split(" ", -1)[1]);
    StoredDocument whole = KilledWriter.document(number, generation);
    List<String> texts = passages.stream().map(Passage::text).toList();
    boolean oneVersion =
        passages.stream()
            .allMatch(passage -> passage.documentVersion().equals(whole.record().version()));
    if (!oneVersion || !texts.equals(List.of(whole.text().split("\n\n", -1)))) {
      throw new AssertionError("not whole: " + passages);
    }
    return generation;
  }
}
