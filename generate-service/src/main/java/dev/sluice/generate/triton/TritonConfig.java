package dev.sluice.generate.triton;

import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model that writes text on Triton servers.
 *
 * @param prefix what the names of its settings begin with, for messages
 * @param targets one for each replica, as {@code host:port}
 * @param model its name there
 * @param revision what tells it from another model of that name
 * @param textMode what its answers carry
 * @param tokenizerDirectory where its chat template is
 * @param limits what the servers together are given
 */
public record TritonConfig(
    String prefix,
    List<String> targets,
    String model,
    String revision,
    DialectName dialect,
    TextModeSetting textMode,
    Optional<Path> tokenizerDirectory,
    StreamLimits limits) {

  static final String TARGETS = "TRITON_TARGETS";
  static final String DIALECT = "DIALECT";
  private static final String MODEL_NAME = "MODEL_NAME";
  private static final String TOKENIZER_DIRECTORY = "TOKENIZER_DIRECTORY";

  /** What a person says of the text in answers. */
  public enum TextModeSetting {
    /** As the dialect's model has it when nobody changed it. */
    USUAL,
    DELTA,
    CUMULATIVE
  }

  /** Reads the keys that begin with a prefix. */
  public static TritonConfig read(Settings settings, String prefix) {
    return new TritonConfig(
        prefix,
        list(
            settings.text(
                prefix + TARGETS,
                "127.0.0.1:8001",
                "Triton servers, as host:port, separated by commas; one for each replica.")),
        settings.text(prefix + MODEL_NAME, "", "The model's name on the model servers."),
        settings.text(
            prefix + "MODEL_REVISION",
            "",
            "What tells the model from another of its name, as a revision or a digest; part of its"
                + " fingerprint."),
        settings.choice(
            prefix + DIALECT,
            DialectName.VLLM,
            "Which backend of Triton runs the model: vLLM's, TensorRT-LLM's ensemble or bls, or"
                + " TensorRT-LLM's model of the LLM API."),
        settings.choice(
            prefix + "TEXT_MODE",
            TextModeSetting.USUAL,
            "What an answer of Triton's stream carries: what is new, or all of the text so far."
                + " Usual is delta for vllm and trtllm, cumulative for trtllm_llmapi; say cumulative"
                + " for a bls model with accumulate_tokens."),
        settings.path(
            prefix + TOKENIZER_DIRECTORY,
            "Directory with the chat template of the model on Triton: its tokenizer_config.json,"
                + " tokenizer.json and, where it has one, chat_template.jinja."),
        StreamLimits.read(settings, prefix));
  }

  private static List<String> list(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  TextMode mode() {
    return switch (textMode) {
      case USUAL -> dialect.dialect().textMode();
      case DELTA -> TextMode.DELTA;
      case CUMULATIVE -> TextMode.CUMULATIVE;
    };
  }

  /**
   * @throws ConfigurationException when a setting is missing that has no default
   */
  Path requireComplete() {
    if (targets.isEmpty()) {
      throw missing(TARGETS, "a Triton server");
    }
    if (model.isEmpty()) {
      throw missing(MODEL_NAME, "the model on the Triton servers");
    }
    return tokenizerDirectory.orElseThrow(
        () -> missing(TOKENIZER_DIRECTORY, "the directory of the model's chat template"));
  }

  private ConfigurationException missing(String key, String what) {
    return new ConfigurationException(List.of(key(key) + " must name " + what));
  }

  /** The environment variable of that name for this model. */
  String key(String name) {
    return prefix + name;
  }
}
