package dev.sluice.serving.server;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The most bytes of a request of each method. One that is larger is refused before it is parsed.
 * What is not named here carries names and numbers; what carries texts is bounded by the server's
 * own limit, which is that of the transport.
 */
public final class RequestSizes {

  /** Of a request that carries no texts. */
  public static final int SMALL = 1 << 20;

  /** Of a health check, which nobody needs credentials for. */
  private static final int HEALTH = 1 << 10;

  private static final String HEALTH_SERVICE = "grpc.health.v1.Health/";

  /** The methods whose requests may be as large as the server takes them. */
  private static final int SERVERS = Integer.MAX_VALUE;

  private static final Map<String, Integer> LARGER =
      Map.ofEntries(
          Map.entry("sluice.gateway.v1.AnswerService/Answer", SERVERS),
          Map.entry("sluice.gateway.v1.AnswerService/StreamAnswer", SERVERS),
          Map.entry("sluice.gateway.v1.DocumentService/UpsertDocuments", SERVERS),
          Map.entry("sluice.gateway.v1.GroundingService/CheckGrounding", 32 << 20),
          Map.entry("sluice.embed.v1.EmbedService/Embed", SERVERS),
          Map.entry("sluice.embed.v1.EmbedService/EmbedStream", SERVERS),
          Map.entry("sluice.embed.v1.EmbedService/CountTokens", SERVERS),
          Map.entry("sluice.rerank.v1.RerankService/Rerank", SERVERS),
          Map.entry("sluice.generate.v1.GenerateService/Generate", SERVERS),
          Map.entry("sluice.model.v1.ModelAdminService/LoadModel", 2 << 20));

  private RequestSizes() {}

  /**
   * The bound of a method, by its full name as {@code package.Service/Method}; empty where it is
   * the server's.
   */
  public static OptionalInt of(String method) {
    int most = method.startsWith(HEALTH_SERVICE) ? HEALTH : LARGER.getOrDefault(method, SMALL);
    return most == SERVERS ? OptionalInt.empty() : OptionalInt.of(most);
  }

  /** The methods that have a bound of their own, by their full names. */
  public static Set<String> named() {
    return LARGER.keySet();
  }
}
