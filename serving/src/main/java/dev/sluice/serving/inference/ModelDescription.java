package dev.sluice.serving.inference;

import dev.sluice.inference.DataType;
import dev.sluice.inference.ModelConfig;
import dev.sluice.inference.ModelMetadataResponse;
import dev.sluice.inference.ModelMetadataResponse.TensorMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model server says of a model.
 *
 * @param maxBatchSize the most rows of a request; {@code Integer.MAX_VALUE} when it names no bound
 * @param decoupled whether a request may have any number of responses
 * @param dynamicBatching whether requests wait for one another on the server
 */
public record ModelDescription(
    List<TensorDescription> inputs,
    List<TensorDescription> outputs,
    int maxBatchSize,
    boolean decoupled,
    boolean dynamicBatching) {

  private static final String TYPE_PREFIX = "TYPE_";

  static ModelDescription of(ModelConfig config) {
    boolean batches = config.getMaxBatchSize() > 0;
    return new ModelDescription(
        config.getInputList().stream()
            .map(input ->
                new TensorDescription(
                    input.getName(),
                    wireName(input.getDataType()),
                    shape(batches, input.getDimsList()),
                    input.getOptional()))
            .toList(),
        config.getOutputList().stream()
            .map(output ->
                new TensorDescription(
                    output.getName(),
                    wireName(output.getDataType()),
                    shape(batches, output.getDimsList()),
                    true))
            .toList(),
        batches ? config.getMaxBatchSize() : Integer.MAX_VALUE,
        config.getModelTransactionPolicy().getDecoupled(),
        config.hasDynamicBatching());
  }

  static ModelDescription of(ModelMetadataResponse metadata) {
    return new ModelDescription(
        metadata.getInputsList().stream().map(input -> tensor(input, false)).toList(),
        metadata.getOutputsList().stream().map(output -> tensor(output, true)).toList(),
        Integer.MAX_VALUE,
        false,
        false);
  }

  private static TensorDescription tensor(TensorMetadata tensor, boolean optional) {
    return new TensorDescription(
        tensor.getName(), tensor.getDatatype(), tensor.getShapeList(), optional);
  }

  private static String wireName(DataType type) {
    return type == DataType.TYPE_STRING ? "BYTES" : type.name().replace(TYPE_PREFIX, "");
  }

  private static List<Long> shape(boolean batches, List<Long> dims) {
    List<Long> shape = new ArrayList<>(dims);
    if (batches) {
      shape.addFirst(Inference.ANY);
    }
    return shape;
  }
}
