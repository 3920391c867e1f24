package dev.sluice.client;

import dev.sluice.gateway.v1.AnswerCompleted;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerResponse;
import java.util.Iterator;

/**
 * Folds the events of {@code StreamAnswer} into the response of {@code Answer}. Holds the law of
 * the stream: sequence numbers from 0 without gaps, and exactly one completed event, which is the
 * last. Not thread-safe.
 */
public final class AnswerFold {

  private final AnswerResponse.Builder response = AnswerResponse.newBuilder();
  private final StringBuilder text = new StringBuilder();
  private long expected;
  private boolean completed;

  /**
   * The response that a whole stream folds to; fails where {@link #add} or {@link #response} do.
   */
  public static AnswerResponse of(Iterator<AnswerEvent> events) {
    AnswerFold fold = new AnswerFold();
    events.forEachRemaining(fold::add);
    return fold.response();
  }

  /**
   * Takes the next event.
   *
   * @throws IllegalStateException when it breaks the law of the stream
   */
  public void add(AnswerEvent event) {
    if (completed) {
      throw new IllegalStateException("an event follows the completed event");
    }
    if (event.getSequenceNumber() != expected) {
      throw new IllegalStateException(
          "event " + expected + " is missing: got " + event.getSequenceNumber());
    }
    expected++;
    switch (event.getEventCase()) {
      case SEARCH_RESULTS ->
          response
              .addAllSearchResults(event.getSearchResults().getResultsList())
              .setRewrittenQuery(event.getSearchResults().getRewrittenQuery());
      case TEXT_DELTA -> text.append(event.getTextDelta().getText());
      case CITATION -> response.addCitations(event.getCitation());
      case DEGRADATION -> response.addDegradations(event.getDegradation());
      case COMPLETED -> complete(event.getCompleted());
      case STARTED, EVENT_NOT_SET -> {}
    }
  }

  private void complete(AnswerCompleted last) {
    completed = true;
    if (last.hasAbstention()) {
      response.setAbstention(last.getAbstention());
    }
    if (last.hasUsage()) {
      response.setUsage(last.getUsage());
    }
    if (last.hasSupportScore()) {
      response.setSupportScore(last.getSupportScore());
    }
    response
        .setText(text.toString())
        .setFinishReason(last.getFinishReason())
        .addAllStageReports(last.getStageReportsList());
  }

  /** The text so far. */
  public String text() {
    return text.toString();
  }

  /** Whether the completed event was seen. */
  public boolean isCompleted() {
    return completed;
  }

  /**
   * The response.
   *
   * @throws IllegalStateException before the completed event
   */
  public AnswerResponse response() {
    if (!completed) {
      throw new IllegalStateException("the stream ended without a completed event");
    }
    return response.build();
  }
}
