package dev.sluice.generate;

import dev.sluice.generate.admission.Ticket;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.serving.caller.Caller;

/**
 * Says what requests ask of a remote model, whose tokenizer is not here: prompt tokens are counted
 * in characters, at the ratio that the server's own counts show (a decaying mean of weight 1/64, a
 * quarter before the first).
 */
final class Tickets {

  private static final double WEIGHT = 1.0 / 64;
  private static final double FIRST_RATIO = 0.25;

  private final int defaultMaxTokens;
  private double tokensPerCharacter = FIRST_RATIO;

  Tickets(int defaultMaxTokens) {
    this.defaultMaxTokens = defaultMaxTokens;
  }

  synchronized Ticket of(GenerateRequest request, Caller caller) {
    int prompt = (int) Math.ceil(characters(request) * tokensPerCharacter);
    int most = request.getMaxTokens() == 0 ? defaultMaxTokens : request.getMaxTokens();
    return new Ticket(caller.tenant(), caller.priority(), Math.max(1, prompt), most);
  }

  /** The server counted a request's prompt; 0 where it did not say. */
  synchronized void read(GenerateRequest request, int promptTokens) {
    if (promptTokens > 0) {
      double ratio = (double) promptTokens / characters(request);
      tokensPerCharacter += WEIGHT * (ratio - tokensPerCharacter);
    }
  }

  private static long characters(GenerateRequest request) {
    long messages =
        request.getMessagesList().stream().map(Message::getContent).mapToLong(String::length).sum();
    long documents =
        request.getDocumentsList().stream()
            .map(GroundingDocument::getText)
            .mapToLong(String::length)
            .sum();
    return Math.max(1, messages + documents);
  }
}
