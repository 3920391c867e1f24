package dev.sluice.standalone.eval;

import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.CitationSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one answer was worth. A gold answer counts as found where it stands word for word, runs of
 * white space apart.
 *
 * @param support the support score; empty when the model gave none
 */
record JudgedAnswer(
    boolean abstained,
    boolean rightPassageFirst,
    boolean inFirstSentence,
    boolean inTopThree,
    OptionalDouble support,
    boolean degraded) {

  static JudgedAnswer of(AnswerResponse response, EvalQuery query, Map<String, Integer> grades) {
    List<String> quotes =
        response.getCitationsList().stream()
            .flatMap(citation -> citation.getSourcesList().stream())
            .map(CitationSource::getQuote)
            .distinct()
            .limit(3)
            .toList();
    return new JudgedAnswer(
        response.hasAbstention(),
        response.getSearchResultsCount() > 0
            && grades.getOrDefault(response.getSearchResults(0).getDocumentId(), 0) > 0,
        quotes.stream().limit(1).anyMatch(quote -> holds(quote, query.answers())),
        quotes.stream().anyMatch(quote -> holds(quote, query.answers())),
        response.hasSupportScore()
            ? OptionalDouble.of(response.getSupportScore())
            : OptionalDouble.empty(),
        response.getDegradationsCount() > 0);
  }

  private static boolean holds(String quote, List<String> answers) {
    String words = words(quote);
    return answers.stream().map(JudgedAnswer::words).anyMatch(words::contains);
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
