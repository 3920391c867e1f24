package dev.sluice.serving.tracing;

import io.opentelemetry.api.common.AttributeKey;

/**
 * What spans, their events and their attributes are called; {@code docs/tracing.md} says where each
 * stands. The spans of calls have the names of their methods, those of stages the stages' names.
 */
public final class Spans {

  /** A batch on a model. */
  public static final String BATCH = "batch";

  /** A document that is taken in. */
  public static final String DOCUMENT = "document";

  /** An event: the call's items ran in a batch, which is linked. */
  public static final String BATCHED = "batched";

  /** An event: the stream may begin. */
  public static final String ADMITTED = "admitted";

  /** An event: the first text of the stream. */
  public static final String FIRST_TOKEN = "first token";

  /** An event: the response lacks something. */
  public static final String DEGRADATION = "degradation";

  public static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system");
  public static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
  public static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
  public static final AttributeKey<Long> RPC_STATUS = AttributeKey.longKey("rpc.grpc.status_code");
  public static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");
  public static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");

  public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("sluice.outcome");
  public static final AttributeKey<String> MODEL = AttributeKey.stringKey("sluice.model");
  public static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("sluice.attempts");
  public static final AttributeKey<Long> INPUTS = AttributeKey.longKey("sluice.inputs");
  public static final AttributeKey<Long> OUTPUTS = AttributeKey.longKey("sluice.outputs");
  public static final AttributeKey<Long> TOKENS = AttributeKey.longKey("sluice.tokens");
  public static final AttributeKey<String> STAGE = AttributeKey.stringKey("sluice.stage");
  public static final AttributeKey<String> REASON = AttributeKey.stringKey("sluice.reason");
  public static final AttributeKey<String> EFFECT = AttributeKey.stringKey("sluice.effect");

  public static final AttributeKey<Long> REPLICA = AttributeKey.longKey("sluice.replica");
  public static final AttributeKey<Long> ITEMS = AttributeKey.longKey("sluice.items");
  public static final AttributeKey<Long> REQUESTS = AttributeKey.longKey("sluice.requests");
  public static final AttributeKey<Long> PADDED_TOKENS =
      AttributeKey.longKey("sluice.tokens.padded");

  /** Seconds that the oldest member waited, or that a stream waited at its gate. */
  public static final AttributeKey<Double> WAITED = AttributeKey.doubleKey("sluice.waited");

  public static final AttributeKey<String> BATCH_TRACE =
      AttributeKey.stringKey("sluice.batch.trace_id");
  public static final AttributeKey<String> BATCH_SPAN =
      AttributeKey.stringKey("sluice.batch.span_id");

  public static final AttributeKey<Long> PROMPT_TOKENS =
      AttributeKey.longKey("sluice.tokens.prompt");
  public static final AttributeKey<Long> COMPLETION_TOKENS =
      AttributeKey.longKey("sluice.tokens.completion");
  public static final AttributeKey<String> FINISH_REASON =
      AttributeKey.stringKey("sluice.finish_reason");

  public static final AttributeKey<Long> CHUNKS = AttributeKey.longKey("sluice.chunks");
  public static final AttributeKey<Long> EMBEDDED_CHUNKS =
      AttributeKey.longKey("sluice.chunks.embedded");

  private Spans() {}
}
