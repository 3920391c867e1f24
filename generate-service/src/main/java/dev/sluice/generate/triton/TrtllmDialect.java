package dev.sluice.generate.triton;

import dev.sluice.serving.inference.StreamRequest;
import java.util.List;

/**
 * TensorRT-LLM's {@code ensemble} and {@code tensorrt_llm_bls}: a batch axis, one tensor for each
 * setting, no finish reason. Deltas, whose tokens the server turns into text step by step: a
 * character that takes several tokens becomes U+FFFD in them for good. The bls model with {@code
 * accumulate_tokens} does better, in text mode cumulative.
 */
final class TrtllmDialect implements Dialect {

  @Override
  public TextMode textMode() {
    return TextMode.DELTA;
  }

  @Override
  public boolean batched() {
    return true;
  }

  @Override
  public List<String> inputs() {
    return List.of(
        "text_input",
        "max_tokens",
        "stream",
        "exclude_input_in_output",
        "return_num_input_tokens",
        "return_num_output_tokens");
  }

  @Override
  public StreamRequest request(Task task) {
    StreamRequest request =
        StreamRequest.to(task.model(), batched())
            .text("text_input", task.prompt())
            .int32("max_tokens", task.maxTokens())
            .bool("stream", true)
            .bool("exclude_input_in_output", true)
            .bool("return_num_input_tokens", true)
            .bool("return_num_output_tokens", true)
            .output("text_output")
            .output("num_input_tokens")
            .output("num_output_tokens");
    if (task.request().getStopCount() > 0) {
      request.texts("stop_words", task.request().getStopList());
    }
    JsonSchema.of(task.request())
        .ifPresent(schema ->
            request
                .text("guided_decoding_guide_type", "json_schema")
                .text("guided_decoding_guide", schema));
    TrtllmSampling.add(request, "", task.request().getSampling());
    return request;
  }
}
