package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.document;
import static dev.sluice.gateway.Cluster.query;
import static dev.sluice.gateway.Cluster.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.AnswerFold;
import dev.sluice.gateway.v1.Abstention;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.gateway.v1.SpanUnit;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers from a collection through real stubs, and what they quote. */
class AnswerIT {

  private static final AnswerRequest QUESTION = question("gates control water").build();

  @TempDir private static Path data;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Cluster.start(data);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void obedient() {
    cluster.services.reset();
  }

  @Test
  void anAnswerIsTheFoldOfItsStream() {
    AnswerResponse folded = AnswerFold.of(cluster.answers().streamAnswer(QUESTION));
    AnswerResponse unary = cluster.answers().answer(QUESTION);
    assertThat(withoutTimes(folded)).isEqualTo(withoutTimes(unary));
    assertThat(unary.getStageReportsCount()).isEqualTo(5);
  }

  private static AnswerResponse withoutTimes(AnswerResponse response) {
    return response.toBuilder().clearStageReports().build();
  }

  @Test
  void aCitationIsExactInUtf16AndInUtf8() {
    CitationSource utf16 = source(QUESTION);
    String text = Cluster.GATES;
    assertThat(utf16.getVerification()).isEqualTo(Verification.EXACT);
    assertThat(text.substring(utf16.getSourceSpan().getStart(), utf16.getSourceSpan().getEnd()))
        .isEqualTo(utf16.getQuote());
    CitationSource utf8 = source(QUESTION.toBuilder().setSpanUnit(SpanUnit.UTF8).build());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = utf8.getSourceSpan().getStart();
    int length = utf8.getSourceSpan().getEnd() - start;
    assertThat(new String(bytes, start, length, StandardCharsets.UTF_8)).isEqualTo(utf8.getQuote());
  }

  private static CitationSource source(AnswerRequest request) {
    return cluster.answers().answer(request).getCitations(0).getSources(0);
  }

  @Test
  void aQuoteThatDiffersInSpacesIsNormalized() {
    cluster.services.writing =
        Writing.events(
            Writing.delta("They open."),
            Writing.quote(0, "They  open\nslowly.", 0, 10),
            Writing.completed());
    CitationSource source = source(QUESTION);
    assertThat(source.getVerification()).isEqualTo(Verification.NORMALIZED);
    assertThat(
            Cluster.GATES.substring(
                source.getSourceSpan().getStart(), source.getSourceSpan().getEnd()))
        .isEqualTo("They open slowly.");
  }

  @Test
  void anEmptyCollectionAbstainsWithoutAskingTheGenerator() {
    cluster.create("empty");
    AnswerResponse response = ask("anything", "empty");
    assertThat(response.getAbstention().getReason())
        .isEqualTo(Abstention.Reason.NO_RELEVANT_CONTENT);
    assertThat(cluster.services.generate.received).isEmpty();
  }

  @Test
  void aDocumentWithoutAWordIsStoredAndNeverGivenToTheGenerator() {
    cluster.create("odd");
    cluster.store(
        "odd",
        List.of(
            document("nul", "\0\0\u200b"),
            document("titled", " ").toBuilder().setTitle("Quokkas").build()));
    assertThat(
            cluster.search().search(query("quokkas").setCollection("odd").build()).getResultsList())
        .extracting(SearchResult::getDocumentId)
        .containsExactly("titled");
    assertThat(ask("quokkas", "odd").getAbstention().getReason())
        .isEqualTo(Abstention.Reason.NO_RELEVANT_CONTENT);
  }

  private static AnswerResponse ask(String question, String collection) {
    return cluster.answers().answer(question(question).setCollection(collection).build());
  }
}
