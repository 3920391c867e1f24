package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.embed.v1.EmbedRequest.InputType;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.encoder.Truncation;
import dev.sluice.serving.encoder.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxEmbedModelTest {

  private static final List<String> TEXTS =
      List.of(
          "Short.",
          "A sentence of a middling length about water in a canal.",
          "A much longer text. ".repeat(40),
          "The quick brown fox jumps over the lazy dog while the sluice gate opens.");

  @TempDir private Path directory;

  private static OnnxEmbedModel load(ModelFiles files) {
    return OnnxEmbedModel.load("", files, 1, 1000);
  }

  private static List<TokenSequence> tokenized(OnnxEmbedModel model) {
    return TEXTS.stream()
        .map(text -> model.tokenize(text, InputType.SEARCH_DOCUMENT, Truncation.END))
        .toList();
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream content =
        Objects.requireNonNull(OnnxEmbedModelTest.class.getResourceAsStream(resource))) {
      Files.copy(content, target);
    }
  }

  @Test
  void anExactModelGivesTheSameVectorsInABatch() {
    try (OnnxEmbedModel model = load(ModelFiles.fromClassPath("bge-small-en-v1.5"))) {
      assertThat(model.limits().maxItems()).isGreaterThan(1);
      List<TokenSequence> inputs = tokenized(model);
      List<float[]> together = model.run(inputs, 0);
      for (int i = 0; i < inputs.size(); i++) {
        float[] alone = model.run(List.of(inputs.get(i)), 0).getFirst();
        assertThat((double) Vectors.dot(alone, together.get(i))).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void theEmbeddedModelIsNotExactInABatchAndSoGetsBatchesOfOne() {
    try (OnnxEmbedModel model = load(ModelFiles.embedded())) {
      assertThat(model.limits().maxItems()).isEqualTo(1);
      List<TokenSequence> inputs = tokenized(model);
      assertThat(model.run(inputs, 0).getFirst())
          .as("if this ever holds, batches of several could be allowed")
          .isNotEqualTo(model.run(List.of(inputs.getFirst()), 0).getFirst());
    }
  }

  @Test
  void aDirectoryReplacesTheEmbeddedModelAndSaysHowItIsUsed() throws IOException {
    copy("/bge-small-en-v1.5-q.onnx", directory.resolve("model.onnx"));
    copy("/bge-small-en-v1.5-q-tokenizer.json", directory.resolve("tokenizer.json"));
    Files.createDirectories(directory.resolve("1_Pooling"));
    Files.writeString(
        directory.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
    Files.writeString(
        directory.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"question: \", \"document\": \"passage: \"}}");
    Files.writeString(directory.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 16}");
    try (OnnxEmbedModel own = load(ModelFiles.directory(directory));
        OnnxEmbedModel embedded = load(ModelFiles.embedded())) {
      assertThat(own.maxTokens()).isEqualTo(16);
      assertThat(own.fingerprint()).isNotEqualTo(embedded.fingerprint());
      TokenSequence prompted = own.tokenize("gate", InputType.SEARCH_DOCUMENT, Truncation.END);
      TokenSequence written =
          embedded.tokenize("passage: gate", InputType.SEARCH_DOCUMENT, Truncation.END);
      assertThat(prompted).isEqualTo(written);
      assertThat(own.run(List.of(prompted), 0).getFirst())
          .isEqualTo(embedded.run(List.of(written), 0).getFirst());
    }
  }

  @Test
  void aDirectoryWithoutAModelSaysWhatIsMissing() {
    assertThatThrownBy(() -> ModelFiles.directory(directory)).hasMessageContaining("model.onnx");
  }
}
