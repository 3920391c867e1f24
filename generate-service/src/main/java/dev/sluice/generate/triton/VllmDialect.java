package dev.sluice.generate.triton;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.generate.v1.Sampling;
import dev.sluice.serving.inference.StreamRequest;
import java.util.List;

/**
 * vLLM's backend: no batch axis, sampling as one JSON text, deltas of whole characters. A JSON
 * schema goes to its guided decoding.
 */
final class VllmDialect implements Dialect {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public TextMode textMode() {
    return TextMode.DELTA;
  }

  @Override
  public boolean batched() {
    return false;
  }

  @Override
  public List<String> inputs() {
    return List.of(
        "text_input",
        "stream",
        "exclude_input_in_output",
        "sampling_parameters",
        "return_finish_reason",
        "return_num_input_tokens",
        "return_num_output_tokens");
  }

  @Override
  public StreamRequest request(Task task) {
    return StreamRequest.to(task.model(), batched())
        .text("text_input", task.prompt())
        .bool("stream", true)
        .bool("exclude_input_in_output", true)
        .text("sampling_parameters", sampling(task).toString())
        .bool("return_finish_reason", true)
        .bool("return_num_input_tokens", true)
        .bool("return_num_output_tokens", true);
  }

  private static ObjectNode sampling(Task task) {
    ObjectNode parameters = JSON.createObjectNode().put("max_tokens", task.maxTokens());
    Sampling sampling = task.request().getSampling();
    if (sampling.hasTemperature()) {
      parameters.put("temperature", sampling.getTemperature());
    }
    if (sampling.hasTopP()) {
      parameters.put("top_p", sampling.getTopP());
    }
    if (sampling.hasTopK()) {
      parameters.put("top_k", sampling.getTopK());
    }
    if (sampling.hasSeed()) {
      parameters.put("seed", sampling.getSeed());
    }
    if (sampling.hasFrequencyPenalty()) {
      parameters.put("frequency_penalty", sampling.getFrequencyPenalty());
    }
    if (sampling.hasPresencePenalty()) {
      parameters.put("presence_penalty", sampling.getPresencePenalty());
    }
    if (task.request().getStopCount() > 0) {
      ArrayNode stop = parameters.putArray("stop");
      task.request().getStopList().forEach(stop::add);
    }
    JsonSchema.of(task.request())
        .ifPresent(schema -> parameters.put("guided_decoding", guide(schema)));
    return parameters;
  }

  /** The backend takes it as a JSON text within the JSON text. */
  private static String guide(String schema) {
    return "{\"json\":" + schema + "}";
  }
}
