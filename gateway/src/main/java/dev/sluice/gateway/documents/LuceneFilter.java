package dev.sluice.gateway.documents;

import dev.sluice.gateway.filter.Comparison;
import dev.sluice.gateway.filter.FieldPath;
import dev.sluice.gateway.filter.Filter;
import dev.sluice.gateway.filter.Scalar;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.apache.lucene.util.BytesRef;

/**
 * Filters as Lucene queries. The terms of the metadata stand on the record of a block alone,
 * however many passages it has; what finds the record finds its passages.
 */
final class LuceneFilter {

  private static final String FIELD = "filter";
  private static final Query RECORD = new TermQuery(DocumentBlock.IS_RECORD);
  private static final BitSetProducer RECORDS = new QueryBitSetProducer(RECORD);

  private LuceneFilter() {}

  /** Makes a record findable by its metadata. */
  static void addTo(Document fields, DocumentRecord record) {
    MetadataTerms.of(record.metadata())
        .forEach(term -> fields.add(new StringField(FIELD, term, Store.NO)));
  }

  /** The passages of the documents that pass. */
  static Query passages(Filter filter) {
    return new ToChildBlockJoinQuery(records(filter), RECORDS);
  }

  /** The records of the documents that pass. */
  static Query records(Filter filter) {
    return switch (filter) {
      case Filter.All(List<Filter> parts) -> join(parts, Occur.FILTER);
      case Filter.Any(List<Filter> parts) -> join(parts, Occur.SHOULD);
      case Filter.Not(Filter part) -> without(RECORD, records(part));
      case Filter.Compare(FieldPath field, Comparison comparison, Scalar value) ->
          compare(field, comparison, value);
      case Filter.OneOf(FieldPath field, List<Scalar> values) ->
          new TermInSetQuery(
              FIELD, values.stream().map(value -> MetadataTerms.value(field, value)).toList());
      case Filter.Contains(FieldPath field, Scalar element) ->
          term(MetadataTerms.element(field, element));
      case Filter.StartsWith(FieldPath field, String prefix) ->
          new PrefixQuery(new Term(FIELD, MetadataTerms.value(field, new Scalar.Text(prefix))));
      case Filter.Present(FieldPath field) -> term(MetadataTerms.present(field));
    };
  }

  private static Query term(BytesRef term) {
    return new TermQuery(new Term(FIELD, term));
  }

  private static Query join(List<Filter> parts, Occur occur) {
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    parts.forEach(part -> builder.add(records(part), occur));
    return builder.build();
  }

  private static Query without(Query all, Query those) {
    return new BooleanQuery.Builder().add(all, Occur.FILTER).add(those, Occur.MUST_NOT).build();
  }

  private static Query compare(FieldPath field, Comparison comparison, Scalar value) {
    BytesRef term = MetadataTerms.value(field, value);
    BytesRef least = MetadataTerms.values(field, value);
    return switch (comparison) {
      case EQUAL -> term(term);
      case UNEQUAL -> without(term(MetadataTerms.typed(field, value)), term(term));
      case LESS -> new TermRangeQuery(FIELD, least, term, true, false);
      case AT_MOST -> new TermRangeQuery(FIELD, least, term, true, true);
      case GREATER -> new TermRangeQuery(FIELD, term, end(least), false, false);
      case AT_LEAST -> new TermRangeQuery(FIELD, term, end(least), true, false);
    };
  }

  /** The first term after all that begin so: the last byte is a letter, which has a next one. */
  private static BytesRef end(BytesRef beginning) {
    BytesRef end = BytesRef.deepCopyOf(beginning);
    end.bytes[end.offset + end.length - 1]++;
    return end;
  }
}
