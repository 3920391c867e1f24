package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.document;
import static dev.sluice.gateway.documents.Samples.soon;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.filter.Comparison;
import dev.sluice.gateway.filter.FieldPath;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Filters mean the same on a real node. */
class OpenSearchFilterIT extends DocumentFilterContract {

  private static final String LONG_NAME = "ü".repeat(100);
  private static final List<String> TEXTS =
      IntStream.of(0, 399, 400, 401, 800, 1023, 3000)
          .mapToObj("x"::repeat)
          .flatMap(text -> Stream.of(text, text + "é"))
          .toList();

  private final String prefix = SharedNode.prefix();

  @Override
  DocumentStore open() {
    return SharedNode.open(prefix, 1);
  }

  @Test
  void stringsOfAnyLengthInFieldsOfLongNamesAreInOrder() {
    List<StoredDocument> documents =
        IntStream.range(0, TEXTS.size())
            .mapToObj(i ->
                document(
                    "d" + i, "", metadata(Map.of(LONG_NAME, text(TEXTS.get(i)))), "apples " + i))
            .toList();
    putAll(documents);
    for (String text : TEXTS) {
      if (text.getBytes(UTF_8).length <= Scalar.LONGEST_TEXT) {
        filters(text).forEach(filter -> assertFindsWhatItMeans(filter, documents));
      }
    }
  }

  private static List<Filter> filters(String text) {
    FieldPath field = new FieldPath(List.of(LONG_NAME));
    List<Filter> filters = new ArrayList<>(List.of(new Filter.StartsWith(field, text)));
    for (Comparison comparison : Comparison.values()) {
      filters.add(new Filter.Compare(field, comparison, new Scalar.Text(text)));
    }
    return filters;
  }

  private void assertFindsWhatItMeans(Filter filter, List<StoredDocument> documents) {
    Set<String> expected =
        documents.stream()
            .filter(document -> filter.matches(document.record().metadata()))
            .map(StoredDocument::id)
            .collect(Collectors.toSet());
    assertThat(store().retrieve(PAPERS, Retrieval.lexical("apples", 100).among(filter), soon()))
        .extracting(candidate -> candidate.passage().documentId())
        .as("%s", filter)
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
