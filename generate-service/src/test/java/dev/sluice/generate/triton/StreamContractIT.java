package dev.sluice.generate.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.ModelConfig;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.inference.fake.FakeStreamServer;
import dev.sluice.serving.inference.fake.LlmConfig;
import dev.sluice.serving.tls.ChannelSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a model when the service starts, from a server of the protocol. */
@Timeout(60)
class StreamContractIT {

  @TempDir private Path directory;
  private final FakeStreamServer server = FakeStreamServer.start((request, stream) -> {});

  @AfterEach
  void close() {
    server.close();
  }

  private TritonModel start(DialectName dialect, ModelConfig.Builder model) throws IOException {
    server.config(model);
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    return start(
        Map.of(
            "T_TRITON_TARGETS",
            server.target(),
            "T_MODEL_NAME",
            "llm",
            "T_DIALECT",
            dialect.name(),
            "T_TOKENIZER_DIRECTORY",
            directory.toString()));
  }

  private static TritonModel start(Map<String, String> environment) {
    return TritonModel.start(
        TritonConfig.read(new Settings(environment), "T_"), ChannelSecurity.NONE);
  }

  private void refused(DialectName dialect, ModelConfig.Builder model, String... words) {
    assertThatThrownBy(() -> start(dialect, model))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void theModelOfEachDialectIsTaken() throws IOException {
    start(DialectName.VLLM, LlmConfig.vllm()).close();
    start(DialectName.TRTLLM, LlmConfig.ensemble()).close();
    start(DialectName.TRTLLM_LLMAPI, LlmConfig.llmApi()).close();
  }

  @Test
  void aModelThatIsNotDecoupledIsRefused() {
    ModelConfig.Builder model = LlmConfig.vllm();
    model.getModelTransactionPolicyBuilder().setDecoupled(false);
    refused(DialectName.VLLM, model, "model llm: it is not decoupled");
  }

  @Test
  void aModelOfAnotherDialectIsRefusedNamingTheSetting() {
    refused(DialectName.VLLM, LlmConfig.llmApi(), "sampling_parameters", "T_DIALECT");
  }

  @Test
  void aBatchAxisThatShouldNotBeIsRefusedAndOneThatShouldBeToo() {
    refused(DialectName.VLLM, LlmConfig.vllm().setMaxBatchSize(8), "max_batch_size to 0");
    refused(DialectName.TRTLLM, LlmConfig.ensemble().setMaxBatchSize(0), "above 0");
  }

  @Test
  void aModelThatWritesNoTextIsRefused() {
    refused(DialectName.VLLM, LlmConfig.vllm().clearOutput(), "no output text_output");
  }

  @Test
  void whatHasNoDefaultMustBeSet() {
    assertThatThrownBy(() -> start(Map.of())).hasMessageContaining("T_MODEL_NAME");
    assertThatThrownBy(() -> start(Map.of("T_MODEL_NAME", "llm")))
        .hasMessageContaining("T_TOKENIZER_DIRECTORY");
    assertThatThrownBy(() -> start(Map.of("T_TRITON_TARGETS", ", ,")))
        .hasMessageContaining("T_TRITON_TARGETS");
  }

  @Test
  void aModelThatIsWithdrawnMakesTheServiceNotReadyUntilItIsBack() throws Exception {
    try (TritonModel model = start(DialectName.VLLM, LlmConfig.vllm())) {
      assertThat(model.isReady()).isTrue();
      server.ready(false);
      await(model, false);
      server.ready(true);
      await(model, true);
    }
  }

  private static void await(TritonModel model, boolean ready) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (model.isReady() != ready) {
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
