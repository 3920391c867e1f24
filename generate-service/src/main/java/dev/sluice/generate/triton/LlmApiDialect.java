package dev.sluice.generate.triton;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.StreamRequest;
import java.util.List;

/**
 * TensorRT-LLM's model of the LLM API: no batch axis, cumulative text, a finish reason, no counts
 * of tokens and no guided decoding.
 */
final class LlmApiDialect implements Dialect {

  private static final String SAMPLING = "sampling_param_";

  @Override
  public TextMode textMode() {
    return TextMode.CUMULATIVE;
  }

  @Override
  public boolean batched() {
    return false;
  }

  @Override
  public List<String> inputs() {
    return List.of(
        "text_input",
        "streaming",
        "sampling_param_max_tokens",
        "sampling_param_exclude_input_from_output",
        "return_finish_reason");
  }

  @Override
  public StreamRequest request(Task task) {
    if (JsonSchema.of(task.request()).isPresent()) {
      throw new Failure.Unimplemented(
          "response_format.json_schema: the model server has no guided decoding");
    }
    StreamRequest request =
        StreamRequest.to(task.model(), batched())
            .text("text_input", task.prompt())
            .bool("streaming", true)
            .int32(SAMPLING + "max_tokens", task.maxTokens())
            .bool(SAMPLING + "exclude_input_from_output", true)
            .bool("return_finish_reason", true)
            .output("text_output")
            .output("finish_reason");
    if (task.request().getStopCount() > 0) {
      request.texts(SAMPLING + "stop", task.request().getStopList());
    }
    TrtllmSampling.add(request, SAMPLING, task.request().getSampling());
    return request;
  }
}
