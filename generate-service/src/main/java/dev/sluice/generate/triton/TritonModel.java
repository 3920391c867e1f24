package dev.sluice.generate.triton;

import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.generate.chat.ChatTemplate;
import dev.sluice.generate.chat.GroundedPrompt;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message.Role;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.InferenceStream;
import dev.sluice.serving.inference.StreamClient;
import dev.sluice.serving.inference.StreamRequest;
import io.grpc.Deadline;
import java.util.Optional;

/**
 * A language model on Triton servers: the conversation becomes a prompt here, by the model's chat
 * template, and the text is streamed back. Owns the channels to the servers.
 */
public final class TritonModel implements GenerateModel {

  private final TritonConfig config;
  private final ChatTemplate template;
  private final StreamClient client;

  private TritonModel(TritonConfig config, ChatTemplate template, StreamClient client) {
    this.config = config;
    this.template = template;
    this.client = client;
  }

  /**
   * Reads the chat template.
   *
   * @throws ConfigurationException when a setting is missing, or the template
   */
  public static TritonModel start(TritonConfig config) {
    ChatTemplate template = ChatTemplate.load(config.requireComplete());
    return new TritonModel(config, template, new StreamClient(config.targets()));
  }

  @Override
  public String name() {
    return config.model();
  }

  /** The model's declared identity: its name and revision, and the hash of its chat template. */
  @Override
  public String fingerprint() {
    return config.model() + "@" + config.revision() + "+" + template.digest();
  }

  @Override
  public Optional<StreamLimits> admission() {
    return Optional.of(config.limits());
  }

  @Override
  public Completion generate(GenerateRequest request, EventSink sink, Deadline deadline) {
    refuseFunctions(request);
    int maxTokens =
        request.getMaxTokens() > 0 ? request.getMaxTokens() : config.limits().defaultMaxTokens();
    String prompt = template.render(GroundedPrompt.of(request));
    StreamRequest asked =
        config
            .dialect()
            .dialect()
            .request(new Dialect.Task(config.model(), prompt, maxTokens, request));
    try (InferenceStream answers = client.open(asked, deadline)) {
      return new TextStream(request, maxTokens, config.mode(), sink).read(answers);
    }
  }

  private static void refuseFunctions(GenerateRequest request) {
    if (request.getToolsCount() > 0) {
      throw new Failure.Unimplemented("tools: a model on Triton is not told of functions");
    }
    if (request.getMessagesList().stream().anyMatch(message -> message.getRole() == Role.TOOL)) {
      throw new Failure.Unimplemented("messages: a model on Triton reads no results of functions");
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
