package dev.sluice.serving.inference;

import dev.sluice.serving.config.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a model takes and gives that reads a batch of token sequences and gives floats.
 *
 * @param inputs those that it has, {@code [texts, tokens]}
 * @param output the output's name
 * @param perToken whether the output is {@code [texts, tokens, width]} rather than {@code [texts,
 *     width]}
 */
public record EncoderContract(List<Input> inputs, String output, boolean perToken, int width) {

  /** An input and the type that it wants. */
  public record Input(TokenInput values, IntegerType type) {}

  private static final int MOST_WIDTH = 65_536;

  private static final List<TokenInput> NEEDED =
      List.of(TokenInput.INPUT_IDS, TokenInput.ATTENTION_MASK);

  /**
   * @throws ConfigurationException when the model is another, with a line for each thing to change
   */
  static EncoderContract of(ModelDescription model, ModelServerConfig config) {
    return new Reading(model, config).contract();
  }

  /** Reads a description and collects what is wrong with it. */
  private static final class Reading {

    private final ModelDescription model;
    private final ModelServerConfig config;
    private final List<Input> inputs = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Reading(ModelDescription model, ModelServerConfig config) {
      this.model = model;
      this.config = config;
    }

    EncoderContract contract() {
      readBatching();
      NEEDED.forEach(this::requireInput);
      model.inputs().forEach(this::readInput);
      Optional<TensorDescription> output = output();
      output.ifPresent(this::readOutput);
      if (!problems.isEmpty() || output.isEmpty()) {
        throw new ConfigurationException(problems);
      }
      List<Long> shape = output.get().shape();
      return new EncoderContract(
          List.copyOf(inputs),
          config.output(),
          shape.size() == 3,
          Math.toIntExact(shape.getLast()));
    }

    private void problem(String what, String remedy) {
      problems.add("model " + config.model() + ": " + what + ": " + remedy);
    }

    private void readBatching() {
      if (model.decoupled()) {
        problem("it is decoupled", "take model_transaction_policy out of its config.pbtxt");
      }
      if (model.maxBatchSize() < config.maxBatchItems()) {
        String key = config.key(ModelServerConfig.MAX_BATCH_ITEMS);
        problem(
            "its max_batch_size is "
                + model.maxBatchSize()
                + ", less than "
                + key
                + "="
                + config.maxBatchItems(),
            "raise the one or lower the other");
      }
    }

    private void requireInput(TokenInput needed) {
      List<String> names = names(model.inputs());
      if (!names.contains(needed.wireName())) {
        problem(
            "it has no input " + needed.wireName() + " but " + names,
            "export it with the names " + TokenInput.wireNames());
      }
    }

    private void readInput(TensorDescription input) {
      Optional<TokenInput> values = TokenInput.named(input.name());
      Optional<IntegerType> type = IntegerType.named(input.type());
      if (values.isEmpty()) {
        if (!input.optional()) {
          problem(
              "its input " + input.name() + " is none of " + TokenInput.wireNames(),
              "export it without, or declare it optional");
        }
      } else if (type.isEmpty()) {
        problem(
            "its input " + input.name() + " has the type " + input.type(),
            "declare it TYPE_INT64 or TYPE_INT32");
      } else {
        requireAnyShape(input);
        inputs.add(new Input(values.get(), type.get()));
      }
    }

    private void requireAnyShape(TensorDescription input) {
      boolean open = input.shape().equals(List.of(Inference.ANY, Inference.ANY));
      if (!open && !input.shape().isEmpty()) {
        problem(
            "its input " + input.name() + " has the shape " + input.shape(),
            "it must be [-1, -1], texts and tokens: declare dims [ -1 ] and a max_batch_size,"
                + " or dims [ -1, -1 ] and max_batch_size 0");
      }
    }

    private Optional<TensorDescription> output() {
      Optional<TensorDescription> output =
          model.outputs().stream().filter(each -> each.name().equals(config.output())).findFirst();
      if (output.isEmpty()) {
        problem(
            "it has no output " + config.output() + " but " + names(model.outputs()),
            "name the right one in " + config.key(ModelServerConfig.OUTPUT));
      }
      return output;
    }

    private void readOutput(TensorDescription output) {
      if (FloatType.named(output.type()).isEmpty()) {
        problem(
            "its output " + output.name() + " has the type " + output.type(),
            "it must be TYPE_FP32, TYPE_FP16 or TYPE_BF16");
      }
      List<Long> shape = output.shape();
      boolean texts = shape.size() == 2 || shape.size() == 3;
      boolean wide = !shape.isEmpty() && shape.getLast() >= 1 && shape.getLast() <= MOST_WIDTH;
      if (!texts || shape.getFirst() != Inference.ANY || !wide) {
        problem(
            "its output " + output.name() + " has the shape " + shape,
            "it must be [-1, width] or [-1, -1, width] with the width as a number of at most "
                + MOST_WIDTH);
      }
    }

    private static List<String> names(List<TensorDescription> tensors) {
      return tensors.stream().map(TensorDescription::name).toList();
    }
  }
}
