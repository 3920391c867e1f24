package dev.sluice.serving.encoder;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.sluice.serving.batching.ModelMemoryException;
import dev.sluice.serving.config.ConfigurationException;
import io.grpc.Context;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongBiFunction;

/**
 * A transformer on ONNX Runtime: token ids in, one float tensor out. Owns its session. Thread-safe;
 * each call computes on {@code threads} threads, the caller's among them.
 */
public final class OnnxModel implements AutoCloseable {

  private final Tokenizer tokenizer;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final boolean batchSensitive;
  private final int maxTokens;

  private OnnxModel(
      Tokenizer tokenizer,
      OrtEnvironment environment,
      OrtSession session,
      boolean batchSensitive,
      int maxTokens) {
    this.tokenizer = tokenizer;
    this.environment = environment;
    this.session = session;
    this.batchSensitive = batchSensitive;
    this.maxTokens = maxTokens;
  }

  /** Loads a model; takes some hundred milliseconds for a small one. */
  public static OnnxModel load(ModelFiles files, int threads) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      OrtSession session =
          files.modelPath().isPresent()
              ? environment.createSession(files.modelPath().get().toString(), options)
              : environment.createSession(files.model(), options);
      return new OnnxModel(
          new Tokenizer(files.tokenizer()),
          environment,
          session,
          files.batchSensitive(),
          maxTokens(files));
    } catch (OrtException e) {
      throw new ConfigurationException(
          List.of("ONNX Runtime cannot load the model " + files.name() + ": " + e.getMessage()));
    }
  }

  private static int maxTokens(ModelFiles files) {
    int positions = files.json("config.json").path("max_position_embeddings").asInt(512);
    int declared = files.json("sentence_bert_config.json").path("max_seq_length").asInt(positions);
    double tokenizer = files.json("tokenizer_config.json").path("model_max_length").asDouble(512);
    return (int) Math.min(Math.min(positions, declared), tokenizer);
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The most tokens of one input, those that the model adds included. */
  public int maxTokens() {
    return maxTokens;
  }

  /** Whether an output depends on what shares its batch, so that batches must be of one. */
  public boolean batchSensitive() {
    return batchSensitive;
  }

  /** Names of the model's outputs. */
  public Set<String> outputs() {
    return session.getOutputNames();
  }

  /** The size of an output's last axis; -1 when the model leaves it open. */
  public int width(String output) {
    try {
      NodeInfo node = session.getOutputInfo().get(output);
      if (node == null || !(node.getInfo() instanceof TensorInfo tensor)) {
        throw new IllegalStateException("the model has no tensor " + output);
      }
      long[] shape = tensor.getShape();
      return (int) shape[shape.length - 1];
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs a batch, padded to its longest input. Stops when the current context is cancelled.
   *
   * @param output the name of the output wanted
   * @return the output, its first axis the batch, its second one, if it has three, the padded
   *     tokens
   */
  public Tensor run(List<TokenSequence> batch, String output) {
    int longest = batch.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      put(inputs, "input_ids", batch, longest, (sequence, i) -> sequence.ids()[i]);
      put(inputs, "attention_mask", batch, longest, (sequence, i) -> 1);
      put(inputs, "token_type_ids", batch, longest, (sequence, i) -> sequence.types()[i]);
      return run(inputs, output);
    } catch (OrtException e) {
      throw failure(e, batch.size());
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private Tensor run(Map<String, OnnxTensor> inputs, String output) throws OrtException {
    try (var run = new StoppableRun(Context.current());
        OrtSession.Result result = session.run(inputs, Set.of(output), run.options())) {
      OnnxTensor tensor = (OnnxTensor) result.get(0);
      return new Tensor(tensor.getFloatBuffer().array(), tensor.getInfo().getShape());
    }
  }

  private static RuntimeException failure(OrtException problem, int items) {
    String message = "ONNX Runtime failed on a batch of " + items;
    String reason = problem.getMessage();
    return reason != null && reason.contains("Failed to allocate memory")
        ? new ModelMemoryException(message, problem)
        : new IllegalStateException(message, problem);
  }

  private void put(
      Map<String, OnnxTensor> inputs,
      String name,
      List<TokenSequence> batch,
      int longest,
      ToLongBiFunction<TokenSequence, Integer> value)
      throws OrtException {
    if (!session.getInputNames().contains(name)) {
      return;
    }
    LongBuffer values = LongBuffer.allocate(batch.size() * longest);
    for (int row = 0; row < batch.size(); row++) {
      TokenSequence sequence = batch.get(row);
      for (int i = 0; i < sequence.length(); i++) {
        values.put(row * longest + i, value.applyAsLong(sequence, i));
      }
    }
    inputs.put(
        name, OnnxTensor.createTensor(environment, values, new long[] {batch.size(), longest}));
  }

  @Override
  public void close() {
    try (tokenizer) {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
