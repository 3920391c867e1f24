package dev.sluice.gateway.grounding;

import dev.sluice.gateway.grounding.Grounding.Checked;
import dev.sluice.gateway.v1.CheckGroundingRequest;
import dev.sluice.gateway.v1.CheckGroundingResponse;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.ClaimedQuote;
import dev.sluice.serving.failure.Failure;
import java.util.ArrayList;
import java.util.List;

/**
 * A request to check a text, read, and what is answered to it.
 *
 * @param questions all that is to be looked for
 */
record GroundingCall(
    ClaimedText text, List<Sentence> sentences, List<Claim> questions, Spans spans) {

  /** Questions times characters of the documents, each some nanoseconds. */
  private static final long MOST_WORK = 1L << 28;

  private static final int MOST_QUESTIONS = 4096;

  /**
   * Reads a request.
   *
   * @throws Failure.InvalidInput when it names what is not there, or asks for too much
   */
  static GroundingCall of(CheckGroundingRequest request, List<EvidenceText> sources) {
    Spans spans = new Spans(request.getSpanUnit());
    ClaimedText text =
        request.getQuotesCount() == 0
            ? ClaimedText.marked(request.getText(), sources.size())
            : new ClaimedText(request.getText(), claims(request, sources.size(), spans));
    List<Sentence> sentences = Sentence.of(text.text());
    List<Claim> questions = text.questions(sentences);
    long length = sources.stream().mapToLong(source -> source.text().length()).sum();
    if (questions.size() > MOST_QUESTIONS || questions.size() * length > MOST_WORK) {
      throw new Failure.InvalidInput(
          "text",
          questions.size()
              + " sentences and quotes to look for in "
              + length
              + " characters of documents are too many for one call");
    }
    return new GroundingCall(text, sentences, questions, spans);
  }

  private static List<Claim> claims(CheckGroundingRequest request, int documents, Spans spans) {
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < request.getQuotesCount(); i++) {
      ClaimedQuote quote = request.getQuotes(i);
      if (quote.getDocumentIndex() >= documents) {
        throw new Failure.InvalidInput(
            "quotes[" + i + "].document_index", "there are " + documents + " documents");
      }
      claims.add(claim(quote, request.getText(), spans, "quotes[" + i + "].text_span"));
    }
    return claims;
  }

  private static Claim claim(ClaimedQuote quote, String text, Spans spans, String field) {
    int start = 0;
    int end = text.length();
    if (quote.hasTextSpan()) {
      start = spans.utf16(text, quote.getTextSpan().getStart());
      end = spans.utf16(text, quote.getTextSpan().getEnd());
    }
    if (start < 0 || end < start) {
      throw new Failure.InvalidInput(field, "must be a part of the text that cuts no character");
    }
    return new Claim(quote.getQuote(), quote.getDocumentIndex(), start, end);
  }

  Grounding check(Evidence evidence) {
    return Grounding.of(text, questions, sentences, evidence);
  }

  /** All but degradations and reports. */
  CheckGroundingResponse.Builder response(Grounding grounding, Evidence evidence) {
    Citations citations = new Citations(evidence, spans);
    return CheckGroundingResponse.newBuilder()
        .setText(text.text())
        .addAllCitations(
            grounding.checked().stream()
                .filter(Checked::isReported)
                .map(checked -> citation(checked, citations))
                .toList())
        .addAllUnsupportedSpans(
            grounding.unsupported().stream()
                .map(sentence -> spans.of(text.text(), sentence.start(), sentence.end()))
                .toList())
        .setSentenceCount(grounding.sentences().size())
        .setSupportScore(grounding.support());
  }

  private Citation citation(Checked checked, Citations citations) {
    Claim claim = checked.claim();
    return citations.of(text.text(), claim.start(), claim.end(), claim.quote(), checked.place());
  }
}
