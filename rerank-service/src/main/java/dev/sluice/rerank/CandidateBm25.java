package dev.sluice.rerank;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * BM25 with k1 = 1.2 and b = 0.75 over a handful of documents, whose own statistics serve.
 * Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, with Lucene's positive
 * inverse document frequency.
 */
final class CandidateBm25 {

  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private final List<List<String>> documents;
  private final Map<String, Integer> documentFrequency = new HashMap<>();
  private final double meanLength;

  /**
   * @param documents each one's words
   */
  CandidateBm25(List<List<String>> documents) {
    this.documents = documents;
    documents.forEach(words ->
        new HashSet<>(words).forEach(word -> documentFrequency.merge(word, 1, Integer::sum)));
    this.meanLength = documents.stream().mapToInt(List::size).average().orElse(0);
  }

  /**
   * For each document its score as a share, in [0, 1), of the bound that no document reaches: every
   * word of the query infinitely often. A word that the query repeats counts each time.
   */
  double[] coverage(List<String> query) {
    double bound = query.stream().mapToDouble(this::inverseDocumentFrequency).sum();
    double[] shares = new double[documents.size()];
    for (int i = 0; i < shares.length && bound > 0; i++) {
      shares[i] = score(query, documents.get(i)) / bound;
    }
    return shares;
  }

  private double score(List<String> query, List<String> document) {
    Map<String, Integer> counts = new HashMap<>();
    document.forEach(word -> counts.merge(word, 1, Integer::sum));
    double damping = K1 * (1 - B + B * document.size() / Math.max(meanLength, 1e-9));
    double score = 0;
    for (String word : query) {
      int count = counts.getOrDefault(word, 0);
      score += inverseDocumentFrequency(word) * count / (count + damping);
    }
    return score;
  }

  private double inverseDocumentFrequency(String word) {
    int containing = documentFrequency.getOrDefault(word, 0);
    return Math.log1p((documents.size() - containing + 0.5) / (containing + 0.5));
  }
}
