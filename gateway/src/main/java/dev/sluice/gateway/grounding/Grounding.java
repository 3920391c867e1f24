package dev.sluice.gateway.grounding;

import dev.sluice.gateway.grounding.Evidence.Place;
import java.util.BitSet;
import java.util.List;

/**
 * What of a text stands in the evidence. Pure.
 *
 * @param checked all that was looked for, in the order of the text
 * @param sentences of the text
 * @param unsupported those of them that nothing proves
 */
record Grounding(List<Checked> checked, List<Sentence> sentences, List<Sentence> unsupported) {

  /** Words that were looked for. */
  record Checked(Claim claim, Place place) {

    /** Whether the caller is told: of what the text claims always. */
    boolean isReported() {
      return claim.isMade() || place.found().exists();
    }
  }

  static Grounding of(
      ClaimedText text, List<Claim> questions, List<Sentence> sentences, Evidence evidence) {
    List<Checked> checked =
        questions.stream().map(claim -> new Checked(claim, place(claim, evidence))).toList();
    BitSet proved = new BitSet(text.text().length());
    for (Checked each : checked) {
      if (each.place().found().proves()) {
        proved.set(each.claim().start(), each.claim().end());
      }
    }
    return new Grounding(
        checked,
        sentences,
        sentences.stream().filter(sentence -> !sentence.touches(proved)).toList());
  }

  private static Place place(Claim claim, Evidence evidence) {
    return claim.isMade()
        ? evidence.find(claim.quote(), claim.credited())
        : evidence.find(claim.quote());
  }

  /** The share of the sentences that something proves. */
  double support() {
    return sentences.isEmpty() ? 0 : 1 - (double) unsupported.size() / sentences.size();
  }

  int found() {
    return (int) checked.stream().filter(each -> each.place().found().exists()).count();
  }
}
