package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.inference.DataType;
import dev.sluice.inference.ModelConfig;
import dev.sluice.inference.ModelInput;
import dev.sluice.inference.ModelOutput;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.inference.EncoderContract.Input;
import dev.sluice.serving.inference.fake.FakeModel;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which models fit, and what is said of those that do not. */
class EncoderContractTest {

  private static final ModelServerConfig CONFIG =
      ModelServerConfig.read(new Settings(Map.of()), "SLUICE_TEST_", "embed", "embedding", "");

  private static EncoderContract of(FakeModel model) {
    return EncoderContract.of(ModelDescription.of(model.config()), CONFIG);
  }

  /** Changes a model that fits and checks what is said of it, in as many lines as given. */
  private static void assertProblems(Consumer<ModelConfig.Builder> change, String... lines) {
    var config = FakeModel.EMBED.config().toBuilder();
    change.accept(config);
    var description = ModelDescription.of(config.build());
    assertThatThrownBy(() -> EncoderContract.of(description, CONFIG))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            misfit ->
                assertThat(String.valueOf(misfit.getMessage()).lines())
                    .zipSatisfy(
                        java.util.List.of(lines),
                        (line, part) ->
                            assertThat(line).startsWith("model embed: ").contains(part)));
  }

  @Test
  void aPooledModelGivesAVectorForEachText() {
    EncoderContract contract = of(FakeModel.EMBED);
    assertThat(contract.perToken()).isFalse();
    assertThat(contract.width()).isEqualTo(32);
    assertThat(contract.inputs())
        .containsExactly(
            new Input(TokenInput.INPUT_IDS, IntegerType.INT64),
            new Input(TokenInput.ATTENTION_MASK, IntegerType.INT64));
  }

  @Test
  void anUnpooledModelGivesAVectorForEachToken() {
    EncoderContract contract =
        of(
            FakeModel.EMBED
                .unpooled()
                .withDimension(48)
                .withInputs(IntegerType.INT32, "input_ids", "attention_mask", "token_type_ids"));
    assertThat(contract.perToken()).isTrue();
    assertThat(contract.width()).isEqualTo(48);
    assertThat(contract.inputs()).contains(new Input(TokenInput.TOKEN_TYPE_IDS, IntegerType.INT32));
  }

  @Test
  void whatAServerSaysInTheProtocolsWordsIsEnough() {
    var metadata =
        dev.sluice.inference.ModelMetadataResponse.newBuilder()
            .addInputs(tensor("input_ids", "INT64", -1, -1))
            .addInputs(tensor("attention_mask", "INT32"))
            .addOutputs(tensor("embedding", "BF16", -1, -1, 48))
            .build();
    EncoderContract contract = EncoderContract.of(ModelDescription.of(metadata), CONFIG);
    assertThat(contract.perToken()).isTrue();
    assertThat(contract.width()).isEqualTo(48);
    assertThat(contract.inputs().get(1).type()).isEqualTo(IntegerType.INT32);
  }

  private static dev.sluice.inference.ModelMetadataResponse.TensorMetadata tensor(
      String name, String type, long... shape) {
    var tensor =
        dev.sluice.inference.ModelMetadataResponse.TensorMetadata.newBuilder()
            .setName(name)
            .setDatatype(type);
    for (long length : shape) {
      tensor.addShape(length);
    }
    return tensor.build();
  }

  @Test
  void withoutABatchDimensionTheAxesSayThatThereIsOne() {
    var config = FakeModel.EMBED.config().toBuilder().setMaxBatchSize(0);
    config.getInputBuilderList().forEach(input -> input.addDims(-1));
    config.getOutputBuilder(0).clearDims().addDims(-1).addDims(32);
    assertThat(EncoderContract.of(ModelDescription.of(config.build()), CONFIG).width())
        .isEqualTo(32);
    assertProblems(
        model -> model.setMaxBatchSize(0),
        "input input_ids has the shape [-1]",
        "input attention_mask has the shape [-1]",
        "output embedding has the shape [32]");
  }

  @Test
  void aSmallerBatchThanOursIsNamedWithBothRemedies() {
    assertProblems(
        model -> model.setMaxBatchSize(8),
        "max_batch_size is 8, less than SLUICE_TEST_MAX_BATCH_ITEMS=64");
  }

  @Test
  void aDecoupledModelIsRefused() {
    assertProblems(
        model -> model.getModelTransactionPolicyBuilder().setDecoupled(true), "it is decoupled");
  }

  @Test
  void inputsMustBeThoseThatWeHave() {
    assertProblems(
        model -> model.getInputBuilder(0).setName("ids"),
        "no input input_ids but [ids, attention_mask]",
        "input ids is none of [input_ids, attention_mask, token_type_ids]");
    assertProblems(
        model -> model.getInputBuilder(0).setDataType(DataType.TYPE_FP32),
        "input input_ids has the type FP32: declare it TYPE_INT64 or TYPE_INT32");
    assertProblems(
        model -> model.getInputBuilder(1).setDims(0, 128),
        "input attention_mask has the shape [-1, 128]");
  }

  @Test
  void anUnknownInputMayBeLeftOutWhereTheModelSaysSo() {
    var unknown = ModelInput.newBuilder().setName("positions").setDataType(DataType.TYPE_INT64);
    assertProblems(model -> model.addInput(unknown), "input positions is none of");
    var config = FakeModel.EMBED.config().toBuilder().addInput(unknown.setOptional(true));
    assertThat(EncoderContract.of(ModelDescription.of(config.build()), CONFIG).inputs()).hasSize(2);
  }

  @Test
  void theOutputMustBeTheOneWanted() {
    assertProblems(
        model -> model.getOutputBuilder(0).setName("last_hidden_state"),
        "no output embedding but [last_hidden_state]: name the right one in SLUICE_TEST_OUTPUT");
    assertProblems(
        model -> model.getOutputBuilder(0).setDataType(DataType.TYPE_STRING),
        "output embedding has the type BYTES");
    assertProblems(
        model -> model.getOutputBuilder(0).setDims(0, -1),
        "output embedding has the shape [-1, -1]");
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    assertProblems(
        model ->
            model
                .setMaxBatchSize(1)
                .setOutput(0, ModelOutput.newBuilder().setName("embedding").addDims(7)),
        "max_batch_size is 1",
        "output embedding has the type INVALID");
  }

  @Test
  void aVectorOfMoreFloatsThanAnyModelHasIsRefused() {
    assertProblems(
        config -> config.getOutputBuilder(0).setDims(0, 1L << 32), "as a number of at most 65536");
  }
}
