package dev.sluice.serving.inference;

import dev.sluice.inference.ModelInferRequest;
import java.util.List;

/**
 * One run of a model: its inputs, and the one output that is wanted.
 *
 * @param model the model's name on the server
 * @param inputs all inputs of the model
 * @param output the name of the output, of floats
 * @param shape the length that each axis of the output must have; {@link #ANY} leaves one open
 */
public record Inference(String model, List<IntegerTensor> inputs, String output, List<Long> shape) {

  /** An axis of any length. */
  public static final long ANY = -1;

  /**
   * @param id tells the request from others; the answer must not have another one
   */
  ModelInferRequest message(String id) {
    var message = ModelInferRequest.newBuilder().setModelName(model).setId(id);
    message.addOutputsBuilder().setName(output);
    for (IntegerTensor input : inputs) {
      message
          .addInputsBuilder()
          .setName(input.name())
          .setDatatype(input.type().name())
          .addShape(input.rows())
          .addShape(input.columns());
      message.addRawInputContents(input.content());
    }
    return message.build();
  }
}
