package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import dev.sluice.type.v1.Degradation;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AskCommandTest {

  private CommandLineFixture sluice;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    sluice.gateway.collections.put("docs", new HashMap<>());
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  @Test
  void everyCitedSentenceIsFollowedByTheNumberOfItsSource() {
    answer(
        new Answers()
            .found("a.md", "Lease", "Term")
            .text("It ends in May. ")
            .cite(0, 15, "a.md", "It ends in May.")
            .text("Nobody knows why. ")
            .cite(16, 33, "b.md", "Nobody knows why.")
            .text("Again: it ends in May.")
            .cite(34, 56, "a.md", "It ends in May.")
            .supported(0.75));

    Outcome outcome = ask();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out().lines().findFirst())
        .contains("It ends in May. [1] Nobody knows why. [2] Again: it ends in May. [1]");
  }

  @Test
  void sourcesAreListedOnceWithTheirExactWordsAndTheirVerification() {
    answer(
        new Answers()
            .found("a.md", "Lease", "Term")
            .text("It ends in May.")
            .cite(0, 15, "a.md", "It ends in May.")
            .cite(0, 15, "b.md", "ends in may", Verification.NORMALIZED)
            .supported(0.75));

    assertThat(ask().out())
        .contains(
            """
            It ends in May. [1][2]

            Sources
            [1] a.md (Lease > Term), exact
                "It ends in May."
            [2] b.md, normalized
                "ends in may"
            """);
  }

  @Test
  void citationsThatComeAfterMoreTextNameTheWordsThatTheySupport() {
    answer(
        new Answers()
            .text("It ends in May.")
            .text(" So be it.")
            .cite(0, 15, "a.md", "It ends in May.")
            .supported(1));

    assertThat(ask().out())
        .contains("It ends in May. So be it.\n[1] supports \"It ends in May.\"\n");
  }

  @Test
  void theStageReportIsAnAlignedTable() {
    answer(new Answers().text("Yes.").supported(0.75));

    assertThat(ask().out())
        .contains(
            """
            stage     outcome    ms  queue  compute  in  out  tokens  cached      model
            rerank  completed  12.3    0.0      0.0  50    8    4321       0  bge-small
            support 0.750
            """);
  }

  @Test
  void anAbstentionIsSaidClearlyAndIsNoFailure() {
    answer(new Answers().abstained(0.1));

    Outcome outcome = ask();

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("No answer (LOW_GROUNDING): no passage supports an answer");
    assertThat(outcome.out()).doesNotContain("Sources");
  }

  @Test
  void jsonIsTheFoldedResponse() throws IOException {
    answer(
        new Answers()
            .found("a.md")
            .text("It ")
            .text("ends.")
            .cite(0, 8, "a.md", "It ends.")
            .supported(0.5));

    Outcome outcome = ask("--json");

    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.at("/text").asText()).isEqualTo("It ends.");
    assertThat(json.at("/citations/0/answer_span/start").asInt(-1)).isZero();
    assertThat(json.at("/citations/0/sources/0/verification").asText()).isEqualTo("EXACT");
    assertThat(json.at("/search_results/0/document_id").asText()).isEqualTo("a.md");
    assertThat(json.at("/stage_reports/0/stage").asText()).isEqualTo("rerank");
    assertThat(json.at("/support_score").asDouble()).isEqualTo(0.5);
    assertThat(outcome.out().lines()).hasSize(1);
  }

  @Test
  void degradationsAreWarnings() {
    answer(
        new Answers()
            .add(
                AnswerEvent.newBuilder()
                    .setDegradation(
                        Degradation.newBuilder()
                            .setReason(Degradation.Reason.CITATION_DROPPED)
                            .setMessage("one quote was not found")))
            .text("Yes.")
            .supported(0.75));

    assertThat(ask().err()).contains("warning: CITATION_DROPPED: one quote was not found");
  }

  @Test
  void aStreamThatBreaksOffKeepsItsTextAndFails() {
    answer(new Answers().text("Half an").unfinished());

    Outcome outcome = ask();

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEqualTo("Half an\n");
    assertThat(outcome.err()).contains("without a completed event");
  }

  @Test
  void theQuestionIsTheLastMessageOfTheUser() {
    answer(new Answers().abstained(0));

    ask("--top-k", "4", "--filter", "lang == 'en'");

    AnswerRequest request = sluice.gateway.questions.element();
    assertThat(request.getMessagesList()).hasSize(1);
    assertThat(request.getMessages(0).getContent()).isEqualTo("When does it end?");
    assertThat(request.getTopK()).isEqualTo(4);
    assertThat(request.getFilter()).isEqualTo("lang == 'en'");
  }

  private void answer(List<AnswerEvent> events) {
    sluice.gateway.answer = request -> events;
  }

  private Outcome ask(String... options) {
    String[] arguments = new String[options.length + 6];
    String[] fixed = {"ask", "When does it end?", "-c", "docs", "--target", "localhost:1"};
    System.arraycopy(fixed, 0, arguments, 0, fixed.length);
    System.arraycopy(options, 0, arguments, fixed.length, options.length);
    return sluice.run(arguments);
  }
}
