package dev.sluice.gateway.answer;

import dev.sluice.gateway.deadline.Stage;
import dev.sluice.gateway.grounding.CitationMetrics;
import dev.sluice.gateway.grounding.Citations;
import dev.sluice.gateway.grounding.Effort;
import dev.sluice.gateway.grounding.Evidence;
import dev.sluice.gateway.grounding.Evidence.Place;
import dev.sluice.gateway.grounding.EvidenceText;
import dev.sluice.gateway.grounding.Found;
import dev.sluice.gateway.grounding.Spans;
import dev.sluice.gateway.search.Ranked;
import dev.sluice.gateway.search.StageLog;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.CitationPolicy;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.Quote;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Effect;
import dev.sluice.type.v1.Degradation.Reason;
import dev.sluice.type.v1.StageReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer while it is written: passes text on, checks each quote against the passages, and lets
 * no quote through that does not stand there. Fails where proof is demanded and missing.
 */
final class Draft {

  private static final Stage STAGE = Stage.VERIFY;

  /** For all quotes of an answer; a quote of usual length needs some thousands. */
  private static final long EFFORT = 5_000_000;

  private final Evidence evidence;
  private final Citations citing;
  private final CitationPolicy policy;
  private final AnswerEvents events;
  private final StageLog log;
  private final CitationMetrics metrics;
  private final StringBuilder text = new StringBuilder();
  private @Nullable GenerateCompleted completed;
  private int quotes;
  private int citations;
  private int proofs;
  private long nanos;

  Draft(
      List<Ranked> passages,
      AnswerRequest request,
      AnswerEvents events,
      StageLog log,
      CitationMetrics metrics) {
    this.evidence =
        new Evidence(
            passages.stream().map(ranked -> EvidenceText.of(ranked.passage())).toList(),
            new Effort(EFFORT));
    this.citing = new Citations(evidence, new Spans(request.getSpanUnit()));
    this.policy = request.getCitationPolicy();
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

  /** A generation begins; how one before it ended does not count for it. */
  void begin() {
    completed = null;
  }

  /** Whether anything of it was sent. */
  boolean isBegun() {
    return !text.isEmpty() || quotes > 0;
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

  /**
   * Fails when proof is demanded of what was written to its end, and there is none.
   *
   * @throws Failure.Precondition CITATION_NOT_VERIFIED
   */
  void requireProof() {
    if (lacksProof() && completed().getFinishReason() != FinishReason.NO_SUPPORT) {
      throw notVerified("nothing in the answer is proved by an EXACT or NORMALIZED quote");
    }
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

  /** Whether proof is demanded and there is none. */
  boolean lacksProof() {
    return policy == CitationPolicy.REQUIRE_VERIFIED && proofs == 0;
  }

  private void quote(Quote quote) {
    long start = System.nanoTime();
    Place place = locate(quote);
    nanos += System.nanoTime() - start;
    quotes++;
    Found found = place.found();
    metrics.checked(found.verification());
    proofs += found.proves() && quote.getAnswerStart() < quote.getAnswerEnd() ? 1 : 0;
    if (found.exists()) {
      cite(quote, place);
    } else {
      drop(quote);
    }
  }

  private void cite(Quote quote, Place place) {
    citations++;
    events.citation(
        citing.of(text, quote.getAnswerStart(), quote.getAnswerEnd(), quote.getText(), place));
  }

  private void drop(Quote quote) {
    String message =
        "a quote credited to passage "
            + (quote.getDocumentIndex() + 1L)
            + (evidence.isIncomplete() ? " stands letter by letter in none" : " stands in none");
    if (policy == CitationPolicy.REQUIRE_VERIFIED) {
      throw notVerified(message);
    }
    log.degrade(STAGE, Reason.CITATION_DROPPED, Effect.EFFECT_UNSPECIFIED, message);
  }

  private static Failure notVerified(String message) {
    return new Failure.Precondition("CITATION_NOT_VERIFIED", message);
  }

  /** A quote of no part of the answer stands nowhere. */
  private Place locate(Quote quote) {
    int start = quote.getAnswerStart();
    int end = quote.getAnswerEnd();
    boolean supports =
        start >= 0
            && start <= end
            && end <= text.length()
            && !Spans.cutsPair(text, start)
            && !Spans.cutsPair(text, end);
    return supports ? evidence.find(quote.getText(), quote.getDocumentIndex()) : Place.NOWHERE;
  }
}
