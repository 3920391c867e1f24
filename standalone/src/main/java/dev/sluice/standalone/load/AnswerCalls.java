package dev.sluice.standalone.load;

import dev.sluice.client.AnswerFold;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.generate.v1.Message;
import dev.sluice.standalone.client.Gateway;
import io.grpc.Deadline;
import io.grpc.Status;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Streamed answers from a collection, with all defaults.
 *
 * @param nanoTime the clock, as {@link System#nanoTime}
 */
public record AnswerCalls(String collection, LongSupplier nanoTime) implements LoadCall {

  @Override
  public LoadResponse call(Gateway gateway, String text, Deadline deadline) {
    AnswerRequest request =
        AnswerRequest.newBuilder()
            .setCollection(collection)
            .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(text))
            .build();
    AnswerFold fold = new AnswerFold();
    OptionalLong firstToken = OptionalLong.empty();
    Iterator<AnswerEvent> events = gateway.answers().withDeadline(deadline).streamAnswer(request);
    while (events.hasNext()) {
      AnswerEvent event = events.next();
      if (event.hasTextDelta() && firstToken.isEmpty()) {
        firstToken = OptionalLong.of(nanoTime.getAsLong());
      }
      add(fold, event);
    }
    if (!fold.isCompleted()) {
      throw broken("the stream ended without a completed event");
    }
    AnswerResponse response = fold.response();
    return new LoadResponse(
        response.getStageReportsList(), response.getDegradationsList(), firstToken);
  }

  private static void add(AnswerFold fold, AnswerEvent event) {
    try {
      fold.add(event);
    } catch (IllegalStateException e) {
      throw broken(String.valueOf(e.getMessage()));
    }
  }

  private static RuntimeException broken(String how) {
    return Status.INTERNAL.withDescription(how).asRuntimeException();
  }
}
