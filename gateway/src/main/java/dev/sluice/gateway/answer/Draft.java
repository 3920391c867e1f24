package dev.sluice.gateway.answer;

import dev.sluice.gateway.answer.QuoteCheck.Found;
import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.documents.Passage;
import dev.sluice.gateway.search.Ranked;
import dev.sluice.gateway.search.StageLog;
import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.Quote;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StageReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer while it is written: passes text on, checks each quote against the passage that it
 * claims to come from, and lets no quote through that is not there.
 */
final class Draft {

  private static final Stage STAGE = Stage.VERIFY;

  private final List<Ranked> passages;
  private final Spans spans;
  private final AnswerEvents events;
  private final StageLog log;
  private final CitationMetrics metrics;
  private final StringBuilder text = new StringBuilder();
  private @Nullable GenerateCompleted completed;
  private int quotes;
  private int citations;
  private long nanos;

  Draft(
      List<Ranked> passages,
      Spans spans,
      AnswerEvents events,
      StageLog log,
      CitationMetrics metrics) {
    this.passages = passages;
    this.spans = spans;
    this.events = events;
    this.log = log;
    this.metrics = metrics;
  }

  void accept(GenerateEvent event) {
    switch (event.getEventCase()) {
      case TEXT_DELTA -> {
        text.append(event.getTextDelta().getText());
        events.textDelta(event.getTextDelta().getText());
      }
      case QUOTE -> quote(event.getQuote());
      case COMPLETED -> completed = event.getCompleted();
      case TOOL_CALL, EVENT_NOT_SET -> {} // none was offered
    }
  }

  /** Whether anything of it was sent. */
  boolean isBegun() {
    return !text.isEmpty();
  }

  /**
   * How the generation ended.
   *
   * @throws Failure.Internal when it did not say
   */
  GenerateCompleted completed() {
    if (completed == null) {
      throw new Failure.Internal("the generate-service ended its stream without a completed event");
    }
    return completed;
  }

  /** Adds the report of the checks, once the text is complete. */
  void report() {
    if (quotes > 0) {
      log.ran(
          STAGE,
          StageReport.newBuilder()
              .setAttemptCount(1)
              .setInputCount(quotes)
              .setOutputCount(citations),
          nanos);
    }
  }

  private void quote(Quote quote) {
    long start = System.nanoTime();
    quotes++;
    Citation citation = check(quote);
    nanos += System.nanoTime() - start;
    if (citation == null) {
      log.degrade(
          STAGE,
          Reason.CITATION_DROPPED,
          Effect.EFFECT_UNSPECIFIED,
          "a quote of the generator does not stand in the passage it names");
    } else {
      citations++;
      events.citation(citation);
    }
  }

  private @Nullable Citation check(Quote quote) {
    Found found = locate(quote);
    metrics.checked(found.verification());
    if (found.verification() == Verification.NOT_FOUND) {
      return null;
    }
    Passage passage = passages.get(quote.getDocumentIndex()).passage();
    return Citation.newBuilder()
        .setAnswerSpan(spans.ofAnswer(text, quote.getAnswerStart(), quote.getAnswerEnd()))
        .addSources(
            CitationSource.newBuilder()
                .setDocumentId(passage.documentId())
                .setDocumentVersion(passage.documentVersion())
                .setChunkId(passage.chunkId())
                .setSourceSpan(spans.ofDocument(passage, found.start(), found.end()))
                .setQuote(quote.getText())
                .setVerification(found.verification()))
        .build();
  }

  /** A quote that names no passage, or no part of the answer, stands nowhere. */
  private Found locate(Quote quote) {
    boolean named =
        quote.getDocumentIndex() >= 0
            && quote.getDocumentIndex() < passages.size()
            && quote.getAnswerStart() >= 0
            && quote.getAnswerStart() <= quote.getAnswerEnd()
            && quote.getAnswerEnd() <= text.length();
    return named
        ? QuoteCheck.find(quote.getText(), passages.get(quote.getDocumentIndex()).passage().text())
        : Found.NOWHERE;
  }
}
