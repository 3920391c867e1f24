package dev.sluice.gateway.grounding;

import dev.sluice.serving.quotes.QuoteMarkers;
import dev.sluice.serving.quotes.QuoteSink;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A text without marks and the quotes that it is said to rest on.
 *
 * @param claims in no order
 */
record ClaimedText(String text, List<Claim> claims) {

  /** Takes the marks out of a text. */
  static ClaimedText marked(String marked, int documents) {
    StringBuilder text = new StringBuilder();
    List<Claim> claims = new ArrayList<>();
    var markers =
        new QuoteMarkers(
            new QuoteSink() {
              @Override
              public void text(String delta) {
                text.append(delta);
              }

              @Override
              public void quote(int documentIndex, String words, int start, int end) {
                claims.add(new Claim(words, documentIndex, start, end));
              }
            },
            documents);
    markers.text(marked);
    markers.end();
    return new ClaimedText(text.toString(), claims);
  }

  /**
   * All that is to be looked for, in the order of the text: the claims, and the sentences that none
   * of them supports, with what stands in quotation marks in them.
   */
  List<Claim> questions(List<Sentence> sentences) {
    BitSet claimed = new BitSet(text.length());
    claims.forEach(claim -> claimed.set(claim.start(), claim.end()));
    return Stream.concat(
            claims.stream(),
            sentences.stream()
                .filter(sentence -> !sentence.touches(claimed))
                .flatMap(sentence -> sentence.claims(text).stream()))
        .sorted(Comparator.comparingInt(Claim::start).thenComparingInt(Claim::end))
        .toList();
  }
}
