package dev.sluice.generate.openai;

import dev.sluice.generate.admission.StreamLimits;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.tls.Authorities;
import dev.sluice.serving.tls.ChannelTls;
import dev.sluice.serving.tls.TlsFiles;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Deadline;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/**
 * A model on servers that speak the OpenAI chat-completions API: vLLM, SGLang, llama.cpp, Ollama,
 * hosted ones. A stream is read no faster than its reader reads, and its connection is closed when
 * the call ends. Owns the HTTP client, which has threads of its own, and a timer's thread.
 */
public final class OpenAiModel implements GenerateModel {

  /** The reason of a failure after the first word. */
  static final String MODEL_BROKE_OFF = "MODEL_BROKE_OFF";

  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private final OpenAiConfig config;
  private final HttpClient client;
  private final ScheduledThreadPoolExecutor timer;
  private final ChatServers servers;

  private OpenAiModel(OpenAiConfig config, HttpClient client, Authorization authorization) {
    this.config = config;
    this.client = client;
    this.timer = timer();
    this.servers = new ChatServers(client, config.bases(), authorization, timer);
  }

  private static ScheduledThreadPoolExecutor timer() {
    ThreadFactory threads = Thread.ofPlatform().daemon().name("openai-timer").factory();
    var timer = new ScheduledThreadPoolExecutor(1, threads);
    timer.setRemoveOnCancelPolicy(true); // else deadlines of ended calls pile up
    return timer;
  }

  /**
   * Waits until a server has the model.
   *
   * @param tls the authorities that servers over HTTPS are believed by; without them those that
   *     Java trusts
   * @throws dev.sluice.serving.config.ConfigurationException when none has it, or a setting is
   *     wrong
   */
  public static OpenAiModel start(OpenAiConfig config, ChannelTls tls) {
    if (config.model().isEmpty()) {
      throw config.wrong("MODEL_NAME", "must say which model the servers are to run");
    }
    Authorization authorization = Authorization.of(config);
    config.requireSafe(tls);
    HttpClient client = client(config, tls);
    try {
      new ModelCheck(client, config, authorization).await(config.bases());
      return new OpenAiModel(config, client, authorization);
    } catch (RuntimeException e) { // what cannot start leaves nothing behind
      client.shutdownNow();
      throw e;
    }
  }

  /**
   * Speaks HTTP/1.1 only: some servers stumble over the offer of HTTP/2, and with a connection of
   * its own each stream has a TCP window of its own.
   */
  private static HttpClient client(OpenAiConfig config, ChannelTls tls) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(config.connectTimeout());
    tls.files()
        .flatMap(TlsFiles::authorities)
        .map(file -> Authorities.of(file, tls.authority()))
        .ifPresent(client::sslContext);
    return client.build();
  }

  @Override
  public String name() {
    return config.model();
  }

  /** SHA-256 over the model's name and revision, in hex. */
  @Override
  public String fingerprint() {
    try {
      String identity = config.model() + "\n" + config.revision();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(identity.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<StreamLimits> admission() {
    return Optional.of(config.limits());
  }

  @Override
  public Completion generate(GenerateRequest request, EventSink sink, Deadline deadline) {
    byte[] body = ChatRequest.of(request, config);
    try (CancellableContext context = Context.current().withDeadline(deadline, timer);
        ChatCall call = servers.open(request, body, context, deadline)) {
      return read(call, new ChatAnswer(request, sink));
    }
  }

  private Completion read(ChatCall call, ChatAnswer answer) {
    try {
      Completion completion = answer.read(new ServerSentEvents(call.response().body()));
      call.finish(timer);
      return completion;
    } catch (IOException e) {
      throw call.failure(
          new Failure.Unavailable(MODEL_BROKE_OFF, "the model server broke the answer off", e));
    }
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    timer.shutdownNow();
    client.shutdownNow();
    try {
      client.awaitTermination(LONGEST_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
