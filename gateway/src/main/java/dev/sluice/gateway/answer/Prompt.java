package dev.sluice.gateway.answer;

import dev.sluice.gateway.search.Ranked;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.Score;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import java.util.List;

/** What the generate-service is asked: the conversation and the passages found for it. */
final class Prompt {

  private Prompt() {}

  /**
   * @param model empty: the default one
   */
  static GenerateRequest of(AnswerPlan plan, String model, List<Ranked> passages) {
    AnswerRequest request = plan.request();
    GenerateRequest.Builder prompt =
        GenerateRequest.newBuilder()
            .setModel(model)
            .addAllMessages(request.getMessagesList())
            .setMaxTokens(request.getMaxTokens())
            .setPriority(plan.search().caller().priority());
    if (request.hasSampling()) {
      prompt.setSampling(request.getSampling());
    }
    passages.forEach(passage -> prompt.addDocuments(document(passage)));
    return prompt.build();
  }

  private static GroundingDocument.Builder document(Ranked ranked) {
    GroundingDocument.Builder document =
        GroundingDocument.newBuilder()
            .setId(ranked.passage().chunkId())
            .setTitle(ranked.passage().header())
            .setText(ranked.passage().text());
    ranked.scores().stream()
        .filter(score -> score.getKind() == Score.Kind.RERANK)
        .forEach(score -> document.setRelevanceScore(score.getValue()));
    return document;
  }
}
