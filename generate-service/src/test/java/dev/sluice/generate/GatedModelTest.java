package dev.sluice.generate;

import static dev.sluice.generate.Conversation.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.ResponseFormat;
import dev.sluice.serving.failure.Failure;
import io.grpc.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatedModelTest {

  private static final GenerateRequest QUESTION = ask("Well?").build();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private GenerateModel gated(ScriptedModel.Script script) {
    var limits = new StreamLimits(4, 1000, 100);
    return GatedModel.inFrontOf("", new ScriptedModel(script, Optional.of(limits)), registry);
  }

  private static Deadline soon() {
    return Deadline.after(30, TimeUnit.SECONDS);
  }

  private double ended(String outcome) {
    return registry.get("sluice.gate.ended").tag("outcome", outcome).counter().count();
  }

  @Test
  void aModelThatQueuesByItselfIsLeftAlone() {
    var model = new ScriptedModel(sink -> {});
    assertThat(GatedModel.inFrontOf("", model, registry)).isSameAs(model);
    assertThat(GatedModel.inFrontOf("", EmbeddedModel.MODEL, registry))
        .isSameAs(EmbeddedModel.MODEL);
    assertThat(registry.getMeters()).isEmpty();
  }

  /** The text, and the words of each quote after it. */
  private static String written(GenerateModel model, GenerateRequest request) {
    var text = new StringBuilder();
    var quotes = new StringBuilder();
    model.generate(
        request,
        new EventSink() {
          @Override
          public void text(String delta) {
            text.append(delta);
          }

          @Override
          public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
            quotes.append('|').append(documentIndex).append(words);
          }

          @Override
          public void toolCall(String id, String name, String arguments) {}
        },
        soon());
    return text.append(quotes).toString();
  }

  @Test
  void marksOfQuotesBecomeQuotesWhereTheyWereAskedFor() {
    GenerateModel model =
        gated(sink -> {
          sink.text("It is open [");
          sink.text("[1|\"open\"]].");
        });
    GroundingDocument.Builder document = GroundingDocument.newBuilder().setText("It is open.");
    GenerateRequest.Builder grounded = QUESTION.toBuilder().addDocuments(document);
    assertThat(written(model, grounded.build())).isEqualTo("It is open.|0open");
    assertThat(written(model, QUESTION)).isEqualTo("It is open [[1|\"open\"]].");
    ResponseFormat json =
        ResponseFormat.newBuilder().setJsonSchema(Struct.getDefaultInstance()).build();
    assertThat(written(model, grounded.setResponseFormat(json).build()))
        .isEqualTo("It is open [[1|\"open\"]].");
  }

  @Test
  void failuresOfTheServerAreToldToTheGate() {
    assertEnds(new Failure.Unavailable("UPSTREAM", "gone"), "overloaded");
    assertEnds(new Failure.DeadlineExceeded("late"), "late");
    assertEnds(new Failure.Cancelled(), "cancelled");
    assertEnds(new Failure.Internal("broken"), "failed");
  }

  private void assertEnds(Failure failure, String outcome) {
    GenerateModel model =
        gated(sink -> {
          throw failure;
        });
    assertThatThrownBy(() -> model.generate(QUESTION, new SilentSink(), soon()))
        .isInstanceOf(failure.getClass());
    assertThat(ended(outcome)).isOne();
    model.close();
  }

  @Test
  void aModelThatBreaksGivesItsPlaceBack() {
    GenerateModel model =
        gated(sink -> {
          throw new IllegalStateException("broken");
        });
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> model.generate(QUESTION, new SilentSink(), soon()))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(ended("failed")).isEqualTo(10);
    assertThat(registry.get("sluice.gate.running").gauge().value()).isZero();
    model.close();
  }
}
