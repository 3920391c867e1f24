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
import dev.sluice.serving.inference.InferenceClient;
import dev.sluice.serving.inference.InferenceStream;
import dev.sluice.serving.inference.ModelReplicas;
import dev.sluice.serving.inference.StreamClient;
import dev.sluice.serving.inference.StreamRequest;
import dev.sluice.serving.tls.ChannelSecurity;
import io.grpc.Deadline;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A language model on Triton servers: the conversation becomes a prompt here, by the model's chat
 * template, and the text is streamed back. Owns the channels to the servers, and what watches them.
 */
public final class TritonModel implements GenerateModel {

  private final TritonConfig config;
  private final ChatTemplate template;
  private final ModelReplicas<StreamContract> replicas;
  private final StreamClient client;

  private TritonModel(
      TritonConfig config,
      ChannelSecurity security,
      ChatTemplate template,
      ModelReplicas<StreamContract> replicas) {
    this.config = config;
    this.template = template;
    this.replicas = replicas;
    this.client = new StreamClient(config.targets(), security);
  }

  /**
   * Reads the chat template, and waits until a server has the model ready.
   *
   * @throws ConfigurationException when a setting is missing, or the template, or the model is not
   *     what the dialect needs, or the servers would be called in plain text beyond this machine
   */
  public static TritonModel start(TritonConfig config, ChannelSecurity security) {
    ChatTemplate template = ChatTemplate.load(config.requireComplete());
    security.require(config.key(TritonConfig.TARGETS), config.targets());
    return new TritonModel(
        config,
        security,
        template,
        ModelReplicas.await(
            new InferenceClient(config.targets(), security),
            config.model(),
            description -> StreamContract.of(description, config)));
  }

  @Override
  public String name() {
    return config.model();
  }

  /** SHA-256 over the model's name, its revision and its chat template, in hex. */
  @Override
  public String fingerprint() {
    try {
      String identity = config.model() + "\n" + config.revision() + "\n" + template.source();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(identity.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean isReady() {
    return replicas.isReady();
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
    try (replicas) {
      client.close();
    }
  }
}
