package dev.sluice.gateway.documents.opensearch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.Struct;
import dev.sluice.gateway.documents.MetadataTerms;
import dev.sluice.gateway.filter.Comparison;
import dev.sluice.gateway.filter.FieldPath;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.util.BytesRef;

/**
 * A filter as a query over one keyword field of documents, whose values are the terms of their
 * metadata. A term is bytes: written with one character for each it keeps its order, since those of
 * UTF-8 are in the order of the characters.
 */
final class FilterQuery {

  /**
   * A value that every document has, and no passage. It stands in every filter as a condition,
   * which tells the vector search that it is about documents.
   */
  private static final String DOCUMENT = "document";

  private final Map<String, Object> query;
  private int clauses = 1;

  private FilterQuery(Filter filter) {
    this.query = all(List.of(term(DOCUMENT), of(filter)));
  }

  static FilterQuery passing(Filter filter) {
    return new FilterQuery(filter);
  }

  /** All values of a document's field. */
  static List<String> terms(Struct metadata) {
    Stream<String> terms = MetadataTerms.of(metadata).stream().map(FilterQuery::text);
    return Stream.concat(Stream.of(DOCUMENT), terms).distinct().toList();
  }

  private static String text(BytesRef term) {
    return new String(term.bytes, term.offset, term.length, ISO_8859_1);
  }

  Map<String, Object> query() {
    return query;
  }

  /** How many clauses it is, of which the cluster allows a search only so many. */
  int clauses() {
    return clauses;
  }

  private Map<String, Object> of(Filter filter) {
    return switch (filter) {
      case Filter.All(List<Filter> parts) -> all(parts.stream().map(this::of).toList());
      case Filter.Any(List<Filter> parts) -> any(parts);
      case Filter.Not(Filter part) -> without(term(DOCUMENT), of(part));
      case Filter.Compare(FieldPath field, Comparison comparison, Scalar value) ->
          compare(field, comparison, value);
      case Filter.OneOf(FieldPath field, List<Scalar> values) -> oneOf(terms(field, values));
      case Filter.Contains(FieldPath field, Scalar element) ->
          term(text(MetadataTerms.element(field, element)));
      case Filter.StartsWith(FieldPath field, String prefix) ->
          beginning(text(MetadataTerms.value(field, new Scalar.Text(prefix))));
      case Filter.Present(FieldPath field) -> term(text(MetadataTerms.present(field)));
    };
  }

  /** What equals a value is found by one clause for all of them. */
  private Map<String, Object> any(List<Filter> parts) {
    List<String> values = new ArrayList<>();
    List<Map<String, Object>> queries = new ArrayList<>();
    for (Filter part : parts) {
      switch (part) {
        case Filter.Compare(FieldPath field, Comparison comparison, Scalar value)
            when comparison == Comparison.EQUAL ->
            values.addAll(terms(field, List.of(value)));
        case Filter.OneOf(FieldPath field, List<Scalar> some) -> values.addAll(terms(field, some));
        case Filter other -> queries.add(of(other));
      }
    }
    if (!values.isEmpty()) {
      queries.add(oneOf(values));
    }
    return Map.of("bool", Map.of("should", queries, "minimum_should_match", 1));
  }

  private static List<String> terms(FieldPath field, List<Scalar> values) {
    return values.stream().map(value -> text(MetadataTerms.value(field, value))).toList();
  }

  private Map<String, Object> compare(FieldPath field, Comparison comparison, Scalar value) {
    String term = text(MetadataTerms.value(field, value));
    String least = text(MetadataTerms.values(field, value));
    return switch (comparison) {
      case EQUAL -> term(term);
      case UNEQUAL -> without(term(text(MetadataTerms.typed(field, value))), term(term));
      case LESS -> range("gte", least, "lt", term);
      case AT_MOST -> range("gte", least, "lte", term);
      case GREATER -> range("gt", term, "lt", end(least));
      case AT_LEAST -> range("gte", term, "lt", end(least));
    };
  }

  /**
   * Not by a query for prefixes, which the cluster makes an automaton of, and only of short ones.
   */
  private Map<String, Object> beginning(String prefix) {
    return range("gte", prefix, "lt", end(prefix));
  }

  /** The first text after all that begin so: no byte of UTF-8 is the last one. */
  private static String end(String beginning) {
    int last = beginning.length() - 1;
    return beginning.substring(0, last) + (char) (beginning.charAt(last) + 1);
  }

  private static Map<String, Object> all(List<Map<String, Object>> parts) {
    return Map.of("bool", Map.of("filter", parts));
  }

  private static Map<String, Object> without(Map<String, Object> all, Map<String, Object> those) {
    return Map.of("bool", Map.of("filter", List.of(all), "must_not", List.of(those)));
  }

  private Map<String, Object> range(String from, String least, String to, String most) {
    return clause("range", Map.of(from, least, to, most));
  }

  private Map<String, Object> oneOf(List<String> terms) {
    return clause("terms", terms);
  }

  private Map<String, Object> term(String term) {
    return clause("term", term);
  }

  private Map<String, Object> clause(String kind, Object value) {
    clauses++;
    return Map.of(kind, Map.of(IndexDefinition.FILTER, value));
  }
}
