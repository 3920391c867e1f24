package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.sluice.inference.ModelConfig;
import dev.sluice.serving.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configurations that people are told to copy are such as the services take. */
class ModelRepositoryTest {

  private static final Path REPOSITORY =
      Path.of(System.getProperty("sluice.root", ".."), "docs", "model-repository");

  private static final TextFormat.Parser PARSER =
      TextFormat.Parser.newBuilder().setAllowUnknownFields(true).build();

  private static ModelConfig config(String name) throws Exception {
    var config = ModelConfig.newBuilder();
    PARSER.merge(Files.readString(REPOSITORY.resolve(name).resolve("config.pbtxt")), config);
    assertThat(config.getName()).isEqualTo(name);
    return config.build();
  }

  @ParameterizedTest
  @CsvSource({
    "embed-onnx, sentence_embedding, 384",
    "embed-tensorrt, sentence_embedding, 384",
    "rerank-onnx, logits, 1",
    "rerank-tensorrt, logits, 1"
  })
  void encodersArePooledAndLeftToOurBatching(String name, String output, int width)
      throws Exception {
    var settings = new Settings(Map.of("SLUICE_T_OUTPUT", output));
    var config = ModelServerConfig.read(settings, "SLUICE_T_", name, output, "");
    ModelDescription model = ModelDescription.of(config(name));
    assertThat(model.dynamicBatching()).isFalse();
    EncoderContract contract = EncoderContract.of(model, config);
    assertThat(contract.perToken()).isFalse();
    assertThat(contract.width()).isEqualTo(width);
  }

  @Test
  void vllmDeclaresItsTensorsItself() throws Exception {
    ModelConfig vllm = config("generate-vllm");
    assertThat(vllm.getInputList()).isEmpty();
    assertThat(vllm.getMaxBatchSize()).isZero();
    assertThat(REPOSITORY.resolve("generate-vllm/1/model.json")).content().contains("\"model\"");
  }
}
