package dev.sluice.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Quote;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.List;

/**
 * All events of one call, and the laws that they obey.
 *
 * @param text the concatenation of the deltas
 */
record Conversation(
    GenerateRequest request, String text, List<Quote> quotes, GenerateCompleted completed) {

  static GenerateRequest.Builder ask(String question, GroundingDocument... documents) {
    return GenerateRequest.newBuilder()
        .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(question))
        .addAllDocuments(List.of(documents));
  }

  static GroundingDocument document(String title, String text) {
    return GroundingDocument.newBuilder().setTitle(title).setText(text).build();
  }

  /** Reads a call to its end and checks it. */
  static Conversation read(GenerateRequest request, BlockingClientCall<?, GenerateEvent> call)
      throws InterruptedException, StatusException {
    StringBuilder text = new StringBuilder();
    List<Quote> quotes = new ArrayList<>();
    GenerateEvent event = call.read();
    for (; !event.hasCompleted(); event = call.read()) {
      text.append(event.getTextDelta().getText());
      if (event.hasQuote()) {
        check(event.getQuote(), request, text);
        quotes.add(event.getQuote());
      }
    }
    assertThat(call.read()).isNull();
    return new Conversation(request, text.toString(), quotes, event.getCompleted());
  }

  private static void check(Quote quote, GenerateRequest request, StringBuilder written) {
    assertThat(request.getDocuments(quote.getDocumentIndex()).getText()).contains(quote.getText());
    assertThat(written.substring(quote.getAnswerStart(), quote.getAnswerEnd()))
        .isEqualTo(quote.getText());
  }
}
