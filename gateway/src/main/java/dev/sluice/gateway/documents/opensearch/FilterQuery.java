package dev.sluice.gateway.documents.opensearch;

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
 * metadata.
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
    return Stream.concat(Stream.of(DOCUMENT), TermText.all(metadata)).distinct().toList();
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
          term(MetadataTerms.element(field, element));
      case Filter.StartsWith(FieldPath field, String prefix) ->
          beginning(TermText.of(MetadataTerms.value(field, new Scalar.Text(prefix))));
      case Filter.Present(FieldPath field) -> term(MetadataTerms.present(field));
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
    return TermText.texts(values.stream().map(value -> MetadataTerms.value(field, value)).toList());
  }

  private Map<String, Object> compare(FieldPath field, Comparison comparison, Scalar value) {
    BytesRef term = MetadataTerms.value(field, value);
    TermText bound = TermText.of(term);
    return switch (comparison) {
      case EQUAL -> term(term);
      case UNEQUAL -> without(term(MetadataTerms.typed(field, value)), term(term));
      case LESS -> below(bound, "lt");
      case AT_MOST -> below(bound, "lte");
      case GREATER -> above(bound, "gt");
      case AT_LEAST -> above(bound, "gte");
    };
  }

  private Map<String, Object> below(TermText bound, String end) {
    return bound.isLong()
        ? either(range("gte", bound.field(), "lt", bound.first()), below(bound.rest(), end))
        : range("gte", bound.field(), end, bound.text());
  }

  private Map<String, Object> above(TermText bound, String beginning) {
    String end = TermText.end(bound.field());
    return bound.isLong()
        ? either(
            range("gte", TermText.end(bound.first()), "lt", end), above(bound.rest(), beginning))
        : range(beginning, bound.text(), "lt", end);
  }

  private Map<String, Object> beginning(TermText text) {
    return text.isLong()
        ? beginning(text.rest())
        : range("gte", text.text(), "lt", TermText.end(text.text()));
  }

  private static Map<String, Object> either(Map<String, Object> one, Map<String, Object> other) {
    return Map.of("bool", Map.of("should", List.of(one, other), "minimum_should_match", 1));
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

  private Map<String, Object> term(BytesRef term) {
    return term(TermText.of(term).text());
  }

  private Map<String, Object> term(String term) {
    return clause("term", term);
  }

  private Map<String, Object> clause(String kind, Object value) {
    clauses++;
    return Map.of(kind, Map.of(IndexDefinition.FILTER, value));
  }
}
