package dev.sluice.generate;

import static dev.sluice.generate.Conversation.ask;
import static dev.sluice.generate.Conversation.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.generate.extractive.ExtractiveModel;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Quote;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.StageReport;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded model behind a real stub. Every answer is held to the laws of quotes on the way. */
class ExtractiveModelTest {

  private static final GroundingDocument NORMANS =
      document(
          "Normans",
          "The Normans gave their name to Normandy, a region in France. They were descended from"
              + " Norse raiders and pirates from Denmark, Iceland and Norway. Their leader Rollo"
              + " agreed to swear fealty to King Charles III of West Francia. The identity of the"
              + " Normans emerged in the first half of the 10th century.");
  private static final GroundingDocument OXYGEN =
      document(
          "Oxygen",
          "Oxygen is a chemical element with the atomic number 8. 🌬️ By mass, it is the third most"
              + " abundant element in the universe, after hydrogen and helium 🎈. Plants release"
              + " oxygen during photosynthesis.");
  private static final GroundingDocument PORTS =
      document(
          "Network settings",
          """
          # Network settings

          Every server listens on loopback.

          | setting | default | what it sets |
          | --- | --- | --- |
          | GATEWAY_PORT | 7400 | the port on which the gateway listens |
          | EMBED_PORT | 7401 | the port on which the embedding service listens |

          - The quiet period lets callers turn away before a server stops.
          - The drain timeout bounds how long running calls may take when a server stops.
          """);

  private static InProcessServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new InProcessServer(EmbeddedModel.MODEL, Duration.ofSeconds(30));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theSentenceThatAnswersIsCitedExactly() throws Exception {
    Conversation answer = answer(ask("Which leader swore fealty to the king?", OXYGEN, NORMANS));
    Quote best = answer.quotes().getFirst();
    assertThat(best.getText())
        .isEqualTo(
            "Their leader Rollo agreed to swear fealty to King Charles III of West Francia.");
    assertThat(best.getDocumentIndex()).isEqualTo(1);
    assertThat(answer.completed().getFinishReason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.completed().getSupportScore()).isBetween(EmbeddedModel.THRESHOLD, 1.);
  }

  @Test
  void offsetsAreRightAroundEmoji() throws Exception {
    Conversation answer =
        answer(ask("Which element is the third most abundant in the universe?", OXYGEN));
    assertThat(answer.quotes().getFirst().getText()).contains("after hydrogen and helium 🎈.");
  }

  @Test
  void aTableRowAndAListItemStandOnTheirOwnLines() throws Exception {
    Conversation row = answer(ask("On which port does the gateway listen?", PORTS));
    assertThat(row.quotes().getFirst().getText())
        .isEqualTo("| GATEWAY_PORT | 7400 | the port on which the gateway listens |");
    Conversation item = answer(ask("What does the drain timeout bound?", PORTS));
    assertThat(item.text().lines().toList().getFirst())
        .isEqualTo("The drain timeout bounds how long running calls may take when a server stops.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "How do I renew a passport?",
        "What is the capital of Mongolia?",
        "Hello",
        "?",
        "what is it",
        "🙂🙂🙂",
        "asdf qwer zxcv"
      })
  void aQuestionAboutSomethingElseIsNotAnswered(String question) throws Exception {
    Conversation answer = answer(ask(question, NORMANS, OXYGEN, PORTS));
    assertThat(answer.completed().getFinishReason()).isEqualTo(FinishReason.NO_SUPPORT);
    assertThat(answer.completed().hasSupportScore()).isTrue();
    assertThat(answer.text()).isEmpty();
    assertThat(answer.quotes()).isEmpty();
  }

  @Test
  void withoutDocumentsNothingSupportsAnAnswer() throws Exception {
    Conversation answer = answer(ask("Who was Rollo?"));
    assertThat(answer.completed().getFinishReason()).isEqualTo(FinishReason.NO_SUPPORT);
    assertThat(answer.completed().getSupportScore()).isZero();
  }

  @Test
  void theSameSentenceOfTwoDocumentsIsShownOnce() throws Exception {
    GroundingDocument copy = NORMANS.toBuilder().setTitle("The Normans").build();
    Conversation answer = answer(ask("Which leader swore fealty to the king?", NORMANS, copy));
    assertThat(answer.quotes()).extracting(Quote::getText).doesNotHaveDuplicates();
  }

  @Test
  void rewordedSentencesAreComparedByTheirVectors() throws Exception {
    Conversation answer =
        answer(
            ask(
                "Which element is the third most abundant in the universe?",
                document("a", "Oxygen is the third most abundant element in the whole universe."),
                document("b", "Oxygen is the third most abundant element of the universe.")));
    // The question, two passages, and the two sentences alone.
    assertThat(answer.completed().getStageReport().getBatchCount()).isEqualTo(5);
    assertThat(answer.quotes()).hasSize(1);
  }

  @Test
  void theSameRequestGetsTheSameAnswer() throws Exception {
    GenerateRequest.Builder request =
        ask("Where did the Normans come from?", document("x", NORMANS.getText()), OXYGEN);
    Conversation cold = answer(request);
    Conversation warm = answer(request);
    assertThat(warm.text()).isEqualTo(cold.text());
    assertThat(warm.completed().getSupportScore()).isEqualTo(cold.completed().getSupportScore());
    assertThat(warm.completed().getUsage()).isEqualTo(cold.completed().getUsage());
  }

  @Test
  void aPassageReadBeforeTakesNoModelRun() throws Exception {
    GroundingDocument fresh = document("only here", NORMANS.getText());
    StageReport cold = answer(ask("Who was Rollo?", fresh)).completed().getStageReport();
    StageReport warm = answer(ask("Who was Rollo?", fresh)).completed().getStageReport();
    assertThat(cold.getCacheHitCount()).isZero();
    assertThat(cold.getBatchCount()).isEqualTo(2);
    assertThat(warm.getCacheHitCount()).isEqualTo(1);
    assertThat(warm.getBatchCount()).isEqualTo(1);
    assertThat(warm.getTokenCount()).isLessThan(cold.getTokenCount());
  }

  @Test
  void theReportAndTheUsageSayWhatWasReadAndWritten() throws Exception {
    GroundingDocument[] six = new GroundingDocument[6];
    Arrays.fill(six, OXYGEN);
    six[5] = NORMANS;
    Conversation answer = answer(ask("What do plants release during photosynthesis?", six));
    StageReport report = answer.completed().getStageReport();
    assertThat(report.getStage()).isEqualTo("generate");
    assertThat(report.getInputCount()).isEqualTo(ExtractiveModel.MOST_DOCUMENTS);
    assertThat(report.getOutputCount()).isEqualTo(answer.quotes().size());
    assertThat(report.getModel()).isEqualTo("extractive/bge-small-en-v1.5-q");
    assertThat(answer.completed().getUsage().getPromptTokenCount()).isPositive();
    assertThat(answer.completed().getUsage().getCompletionTokenCount()).isPositive();
    assertThat(answer.completed().getModelFingerprint()).hasSize(64);
  }

  @Test
  void anAnswerHasNoMoreTokensThanAskedFor() throws Exception {
    GenerateRequest.Builder request = ask("Which leader swore fealty to the king?", NORMANS);
    Conversation answer = answer(request.setMaxTokens(5));
    assertThat(answer.completed().getFinishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.completed().getUsage().getCompletionTokenCount()).isBetween(1, 5);
    assertThat(answer.quotes()).hasSize(1);
  }

  @Test
  void aStopTextEndsTheAnswerInFrontOfIt() throws Exception {
    Conversation answer =
        answer(ask("Which leader swore fealty to the king?", NORMANS).addStop(" agreed"));
    assertThat(answer.text()).isEqualTo("Their leader Rollo");
    assertThat(answer.completed().getFinishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void onlyTheLastMessageIsTheQuestion() throws Exception {
    GenerateRequest alone = ask("Which leader swore fealty to the king?", NORMANS).build();
    GenerateRequest.Builder after = alone.toBuilder().clearMessages();
    after.addMessages(message(Message.Role.SYSTEM, "Answer about oxygen."));
    after.addMessages(message(Message.Role.USER, "What do plants release?"));
    after.addMessages(message(Message.Role.ASSISTANT, "Oxygen."));
    after.addAllMessages(alone.getMessagesList());
    assertThat(answer(after).text()).isEqualTo(answer(alone.toBuilder()).text());
  }

  @Test
  void theAnswerInAPassageOfManyWindowsIsFound() throws Exception {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      sentences.add("Room " + i + " of the old house is painted in a quiet colour 🎨.");
    }
    sentences.add(120, "The treasure lies under the kitchen floor.");
    Conversation answer =
        answer(
            ask(
                "Where does the treasure lie under the floor?",
                document("House", String.join(" ", sentences))));
    assertThat(answer.quotes().getFirst().getText())
        .isEqualTo("The treasure lies under the kitchen floor.");
    assertThat(answer.completed().getStageReport().getBatchCount()).isGreaterThan(4);
  }

  @Test
  void hugeTitlesQuestionsAndSentencesAreRead() throws Exception {
    String endless = "treasure kitchen floor ".repeat(2000);
    Conversation answer =
        answer(
            ask(
                "Where is the treasure? ".repeat(500),
                document("very long title ".repeat(500), endless + ". The end is near.")));
    assertThat(answer.completed().getStageReport().getBatchCount()).isGreaterThan(10);
  }

  @Test
  void signsThatAreNoTextHarmNothing() throws Exception {
    Conversation answer =
        answer(
            ask(
                "Which leader\u0000 swore fealty to the king?",
                document("\u0000", "\u0000 Their leader\u0000 Rollo swore fealty to the king.")));
    assertThat(answer.text()).isEqualTo("Their leader\u0000 Rollo swore fealty to the king.");
  }

  @Test
  void aCancelledCallWaitsForNoModel() {
    var cancelled = Context.current().withCancellation();
    cancelled.cancel(null);
    Context before = cancelled.attach();
    try {
      assertThatThrownBy(() -> generate(Deadline.after(30, TimeUnit.SECONDS)))
          .isInstanceOf(Failure.Cancelled.class);
    } finally {
      cancelled.detach(before);
    }
  }

  @Test
  void aDeadlineThatPassedRunsNoModel() {
    assertThatThrownBy(() -> generate(Deadline.after(-1, TimeUnit.SECONDS)))
        .isInstanceOf(Failure.DeadlineExceeded.class);
  }

  private static Completion generate(Deadline deadline) {
    return EmbeddedModel.MODEL.generate(
        ask("Who was Rollo?", document("uncached", NORMANS.getText())).build(),
        new SilentSink(),
        deadline);
  }

  private static Conversation answer(GenerateRequest.Builder request) throws Exception {
    GenerateRequest built = request.build();
    return Conversation.read(built, server.blocking().generate(built));
  }

  private static Message message(Message.Role role, String content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }
}
