package dev.sluice.gateway.documents;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/**
 * How the words of a passage are indexed and asked for: its header and its text in one field, so
 * that a word counts the same wherever it stands. The place to change when fields are weighed.
 */
public final class LexicalField {

  private static final String NAME = "words";
  private static final FieldType TYPE = type();

  private final LexicalSettings settings;
  private final Analyzer analyzer = new EnglishAnalyzer();

  public LexicalField(LexicalSettings settings) {
    this.settings = settings;
  }

  /** No positions: phrases are not searched. */
  private static FieldType type() {
    FieldType type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.setTokenized(true);
    type.freeze();
    return type;
  }

  Analyzer analyzer() {
    return analyzer;
  }

  Similarity similarity() {
    return new BM25Similarity(settings.k1(), settings.b());
  }

  /** The words of a passage with its header. */
  Field words(String text) {
    return new Field(NAME, text, TYPE);
  }

  /** Any of the text's words, a repeated one counting as often. Matches nothing without words. */
  Query query(String text) throws IOException {
    Map<String, Integer> terms = terms(text);
    if (terms.isEmpty()) {
      return new MatchNoDocsQuery("no words");
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    terms.forEach((term, count) -> any.add(term(term, count), Occur.SHOULD));
    return any.build();
  }

  private static Query term(String term, int count) {
    Query query = new TermQuery(new Term(NAME, term));
    return count == 1 ? query : new BoostQuery(query, count);
  }

  /** The words of a query as they are indexed, and how often each stands in it. */
  public Map<String, Integer> terms(String text) throws IOException {
    Map<String, Integer> terms = new LinkedHashMap<>();
    try (TokenStream stream = analyzer.tokenStream(NAME, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        if (terms.size() < settings.maxQueryTerms() || terms.containsKey(term.toString())) {
          terms.merge(term.toString(), 1, Integer::sum);
        }
      }
      stream.end();
    }
    return terms;
  }
}
