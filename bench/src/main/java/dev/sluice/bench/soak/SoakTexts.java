package dev.sluice.bench.soak;

import dev.sluice.gateway.v1.Document;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * What callers ask and store, chosen at random. A fixed number of ids: the collection does not
 * grow, though its documents change all the time.
 */
public record SoakTexts(List<String> queries, List<Document> texts) {

  static final String COLLECTION = "soak";

  private static final int IDS = 300;
  private static final int MOST_DOCUMENTS = 4;

  String query() {
    return queries.get(ThreadLocalRandom.current().nextInt(queries.size()));
  }

  String id() {
    return "d" + ThreadLocalRandom.current().nextInt(IDS);
  }

  List<Document> documents() {
    return IntStream.rangeClosed(0, ThreadLocalRandom.current().nextInt(MOST_DOCUMENTS))
        .mapToObj(i ->
            texts.get(ThreadLocalRandom.current().nextInt(texts.size())).toBuilder()
                .setId(id())
                .build())
        .toList();
  }
}
