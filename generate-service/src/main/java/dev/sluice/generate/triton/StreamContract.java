package dev.sluice.generate.triton;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.inference.ModelDescription;
import dev.sluice.serving.inference.TensorDescription;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model on a Triton server must be to write text in a dialect.
 *
 * @param inputs the names of its inputs, the same on all replicas
 */
record StreamContract(List<String> inputs) {

  private static final String PROMPT = "text_input";
  private static final String TEXT = "text_output";

  /**
   * Reads what a server says.
   *
   * @throws ConfigurationException saying all that has to be changed
   */
  static StreamContract of(ModelDescription model, TritonConfig config) {
    List<String> inputs = model.inputs().stream().map(TensorDescription::name).sorted().toList();
    List<String> problems = new ArrayList<>();
    if (!model.decoupled()) {
      problems.add("it is not decoupled: set decoupled in its model_transaction_policy to true");
    }
    addMissing(inputs, config, problems);
    model.inputs().stream()
        .filter(input -> input.name().equals(PROMPT))
        .forEach(prompt -> addShape(prompt, config, problems));
    if (model.outputs().stream().noneMatch(output -> output.name().equals(TEXT))) {
      problems.add("it has no output " + TEXT + ": serve a model that writes text");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(
          problems.stream().map(problem -> "model " + config.model() + ": " + problem).toList());
    }
    return new StreamContract(inputs);
  }

  private static void addMissing(List<String> inputs, TritonConfig config, List<String> problems) {
    List<String> missing = new ArrayList<>(config.dialect().dialect().inputs());
    missing.removeAll(inputs);
    if (!missing.isEmpty()) {
      problems.add(
          "it has no inputs "
              + missing
              + " but "
              + inputs
              + ": say in "
              + config.key(TritonConfig.DIALECT)
              + " which backend it is, or take a newer one");
    }
  }

  private static void addShape(
      TensorDescription prompt, TritonConfig config, List<String> problems) {
    boolean batched = config.dialect().dialect().batched();
    if (!prompt.shape().isEmpty() && prompt.shape().size() != (batched ? 2 : 1)) {
      problems.add(
          "its input "
              + PROMPT
              + " has the shape "
              + prompt.shape()
              + (batched ? ": set its max_batch_size above 0" : ": set its max_batch_size to 0"));
    }
  }
}
