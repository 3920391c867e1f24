package dev.sluice.standalone.cli;

import dev.sluice.client.AnswerFold;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.generate.v1.Message;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Gateway;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.function.Consumer;

/** A question to a collection. */
record Question(String text, RetrievalOptions retrieval) {

  /** Streams the answer: every event goes to the listener, and all of them make the response. */
  AnswerResponse ask(Gateway gateway, Consumer<AnswerEvent> listener) {
    AnswerFold fold = new AnswerFold();
    try {
      Iterator<AnswerEvent> events = retrieval.timed(gateway.answers()).streamAnswer(request());
      while (events.hasNext()) {
        AnswerEvent event = events.next();
        fold.add(event);
        listener.accept(event);
      }
      return fold.response();
    } catch (StatusRuntimeException e) {
      throw new CollectionCatalog(gateway).failure(e, retrieval.collection());
    } catch (IllegalStateException e) {
      throw new CommandFailure(
          "the cluster broke the rules of its own stream (" + e.getMessage() + "): update it", e);
    }
  }

  private AnswerRequest request() {
    AnswerRequest.Builder request =
        AnswerRequest.newBuilder()
            .setCollection(retrieval.collection())
            .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(text))
            .setMode(retrieval.mode())
            .setFilter(retrieval.filter())
            .putAllStagePolicies(retrieval.stagePolicies());
    Integer topK = retrieval.topK();
    if (topK != null) {
      request.setTopK(topK);
    }
    return request.build();
  }
}
