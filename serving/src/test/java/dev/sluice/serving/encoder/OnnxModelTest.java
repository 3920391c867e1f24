package dev.sluice.serving.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnnxModelTest {

  private final OnnxModel model = OnnxModel.load(ModelFiles.embedded(), 1);
  private final TokenVectors vectors = new TokenVectors(model);
  private final List<TokenSequence> batch =
      List.of(model.tokenizer().encode("a text", model.maxTokens(), Truncation.END));

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void aRunThatNobodyWaitsForStops() {
    Context.CancellableContext context = Context.current().withCancellation();
    context.cancel(null);
    assertThatThrownBy(() -> context.call(() -> vectors.of(batch)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stoppingOneRunDoesNotStopTheNext() throws Exception {
    Context.CancellableContext context = Context.current().withCancellation();
    context.cancel(null);
    assertThatThrownBy(() -> context.call(() -> vectors.of(batch)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(vectors.of(batch)).hasSize(1);
  }
}
