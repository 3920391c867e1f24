package dev.sluice.serving.inference.fake;

import dev.sluice.inference.DataType;
import dev.sluice.inference.ModelConfig;
import java.util.List;

/** What Triton says of models that write text, as their backends declare them. */
public final class LlmConfig {

  private LlmConfig() {}

  /** vLLM's backend. */
  public static ModelConfig.Builder vllm() {
    return model(
        0,
        1,
        List.of(
            "text_input",
            "stream",
            "exclude_input_in_output",
            "sampling_parameters",
            "return_finish_reason",
            "return_num_input_tokens",
            "return_num_output_tokens"));
  }

  /** TensorRT-LLM's ensemble. */
  public static ModelConfig.Builder ensemble() {
    return model(
        64,
        1,
        List.of(
            "text_input",
            "max_tokens",
            "stream",
            "exclude_input_in_output",
            "return_num_input_tokens",
            "return_num_output_tokens"));
  }

  /** TensorRT-LLM's model of the LLM API. */
  public static ModelConfig.Builder llmApi() {
    return model(
        0,
        -1,
        List.of(
            "text_input",
            "streaming",
            "sampling_param_max_tokens",
            "sampling_param_exclude_input_from_output",
            "return_finish_reason"));
  }

  private static ModelConfig.Builder model(int maxBatchSize, long dim, List<String> inputs) {
    var config = ModelConfig.newBuilder().setMaxBatchSize(maxBatchSize);
    config.getModelTransactionPolicyBuilder().setDecoupled(true);
    for (String input : inputs) {
      config
          .addInputBuilder()
          .setName(input)
          .setDataType(DataType.TYPE_STRING)
          .addDims(dim)
          .setOptional(!input.equals("text_input"));
    }
    config.addOutputBuilder().setName("text_output").setDataType(DataType.TYPE_STRING).addDims(-1);
    return config;
  }
}
