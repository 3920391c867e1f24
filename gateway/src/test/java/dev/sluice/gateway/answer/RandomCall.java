package dev.sluice.gateway.answer;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.gateway.v1.Score;
import dev.sluice.gateway.v1.ScoreThreshold;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Message.Role;
import dev.sluice.type.v1.StagePolicy;
import io.grpc.Status.Code;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * A call of a valid request, and what becomes of the calls of the services that it leads to. The
 * same seed is the same call.
 *
 * @param nanos until its deadline
 * @param passages that there are to find
 * @param room of the generating model, in documents
 */
record RandomCall(
    AnswerRequest request, long nanos, int passages, int room, Map<String, Turn> turns) {

  private static final List<String> SERVICES =
      List.of(
          "embed",
          "tokens",
          "rerank",
          "source",
          "hybrid",
          "dense",
          "lexical",
          "generate",
          "generate, the rest",
          SimulatedServices.FALLBACK,
          SimulatedServices.FALLBACK + ", the rest",
          SimulatedServices.REWRITER,
          SimulatedServices.REWRITER + ", the rest");
  private static final List<Code> FAILURES =
      List.of(
          Code.UNAVAILABLE,
          Code.RESOURCE_EXHAUSTED,
          Code.INTERNAL,
          Code.DEADLINE_EXCEEDED,
          Code.PERMISSION_DENIED,
          Code.CANCELLED);

  static RandomCall of(long seed) {
    Random random = new Random(seed);
    double trouble = random.nextDouble() * 0.5;
    Map<String, Turn> turns = new HashMap<>();
    SERVICES.forEach(service -> turns.put(service, turn(random, trouble)));
    return new RandomCall(
        request(random),
        duration(random, 20, 20_000),
        random.nextInt(5) == 0 ? 0 : random.nextInt(60),
        random.nextInt(4) == 0 ? random.nextInt(8) : 100,
        turns);
  }

  private static Turn turn(Random random, double trouble) {
    long nanos = duration(random, 0.01, random.nextDouble() < trouble ? 60_000 : 300);
    boolean fails = random.nextDouble() < trouble;
    return new Turn(nanos, fails ? FAILURES.get(random.nextInt(FAILURES.size())) : Code.OK);
  }

  /** Of every order of magnitude as often. */
  private static long duration(Random random, double fromMillis, double toMillis) {
    return (long) (1e6 * fromMillis * Math.pow(toMillis / fromMillis, random.nextDouble()));
  }

  private static AnswerRequest request(Random random) {
    AnswerRequest.Builder request = AnswerRequest.newBuilder();
    if (random.nextBoolean()) {
      request.addMessages(message(Role.USER, "what")).addMessages(message(Role.ASSISTANT, "that"));
      policy(request, random, "rewrite", StagePolicy.REQUIRED, StagePolicy.OFF);
    }
    request.addMessages(message(Role.USER, "gates"));
    policy(request, random, "rerank", StagePolicy.REQUIRED, StagePolicy.OFF);
    policy(request, random, "generate", StagePolicy.REQUIRED, StagePolicy.OPTIONAL);
    switch (random.nextInt(6)) {
      case 0 -> request.setDataSource("wiki");
      case 1 -> documents(request, random);
      case 2 -> request.setCollection("c").setMode(RetrievalMode.DENSE);
      case 3 -> request.setCollection("c").setMode(RetrievalMode.LEXICAL);
      default -> {
        request.setCollection("c");
        policy(request, random, "embed", StagePolicy.REQUIRED, StagePolicy.OFF);
        policy(request, random, "retrieve", StagePolicy.REQUIRED, StagePolicy.OPTIONAL);
      }
    }
    if (random.nextInt(3) == 0 && request.getStagePoliciesMap().get("rerank") != StagePolicy.OFF) {
      request.setScoreThreshold(
          ScoreThreshold.newBuilder().setKind(Score.Kind.RERANK).setValue(random.nextInt(3) * 0.6));
    }
    return request.build();
  }

  private static void policy(
      AnswerRequest.Builder request, Random random, String stage, StagePolicy... some) {
    int choice = random.nextInt(some.length + 2);
    if (choice < some.length) {
      request.putStagePolicies(stage, some[choice]);
    }
  }

  private static void documents(AnswerRequest.Builder request, Random random) {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      request.addDocuments(Document.newBuilder().setId("d" + i).setText(Simulation.TEXT));
    }
  }

  private static Message message(Role role, String content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }

  /** The search of the same passages; null where a search cannot have them. */
  SearchRequest search() {
    SearchRequest.Builder search =
        SearchRequest.newBuilder()
            .setCollection(request.getCollection())
            .setDataSource(request.getDataSource())
            .setMode(request.getMode())
            .setQuery("gates");
    if (request.hasScoreThreshold()) {
      search.setScoreThreshold(request.getScoreThreshold());
    }
    request
        .getStagePoliciesMap()
        .forEach((stage, policy) -> {
          if (!stage.equals("generate") && !stage.equals("rewrite")) {
            search.putStagePolicies(stage, policy);
          }
        });
    return search.build();
  }

  boolean isSearchable() {
    return request.getDocumentsCount() == 0;
  }

  StagePolicy policy(String stage) {
    return request.getStagePoliciesOrDefault(stage, StagePolicy.STAGE_POLICY_UNSPECIFIED);
  }

  Function<String, Turn> script() {
    return service -> turns.getOrDefault(service, Turn.INSTANT);
  }
}
