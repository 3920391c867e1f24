package dev.sluice.gateway;

import static dev.sluice.gateway.Cluster.assistant;
import static dev.sluice.gateway.Cluster.query;
import static dev.sluice.gateway.Cluster.question;
import static dev.sluice.gateway.Cluster.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A caller that goes away stops what is done for it, down to the service that does it. */
class CancellationIT {

  private static final String WATER = "gates control water";

  @TempDir private static Path data;
  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Cluster.start(data);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void obedient() {
    cluster.services.reset();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void theServiceSeesItsCallCancelled(
      String name, Function<ScriptedServices, ScriptedCalls<?>> hanging, Consumer<Cluster> call)
      throws Exception {
    ScriptedCalls<?> stage = hanging.apply(cluster.services);
    stage.script = Script.HANGS;
    Context.CancellableContext caller = Context.ROOT.withCancellation();
    caller.run(() -> call.accept(cluster));
    Await.that("the service has the call", () -> !stage.received.isEmpty());
    caller.cancel(null);
    assertThat(stage.received.getFirst().abandoned().get(20, TimeUnit.SECONDS)).isPositive();
  }

  private static Stream<Arguments> calls() {
    return Stream.of(
        arguments("embed", services -> services.embed, search(query(WATER))),
        arguments("rerank", services -> services.rerank, search(query(WATER))),
        arguments("data source", services -> services.retrieve, search(wiki())),
        arguments("generate, streamed", services -> services.generate, streamed(question(WATER))),
        arguments("generate, unary", services -> services.generate, unary(question(WATER))),
        arguments("rewrite", services -> services.generate, streamed(conversation())),
        arguments("tokens", services -> services.countTokens, unary(documents())),
        arguments("pass-through, unary", services -> services.embed, CancellationIT::embed),
        arguments(
            "pass-through, streamed", services -> services.generate, CancellationIT::generate));
  }

  private static Arguments arguments(
      String name, Function<ScriptedServices, ScriptedCalls<?>> hanging, Consumer<Cluster> call) {
    return Arguments.of(name, hanging, call);
  }

  private static SearchRequest.Builder wiki() {
    return SearchRequest.newBuilder().setDataSource("wiki").setQuery(WATER);
  }

  private static AnswerRequest.Builder conversation() {
    return AnswerRequest.newBuilder()
        .setCollection("c")
        .addMessages(user("What?"))
        .addMessages(assistant("Water."))
        .addMessages(user("And they?"));
  }

  private static AnswerRequest.Builder documents() {
    return AnswerRequest.newBuilder()
        .addDocuments(Cluster.DOCUMENTS.getFirst())
        .addMessages(user("What?"));
  }

  private static Consumer<Cluster> search(SearchRequest.Builder request) {
    return each -> SearchServiceGrpc.newStub(each.channel).search(request.build(), new Nobody<>());
  }

  private static Consumer<Cluster> unary(AnswerRequest.Builder request) {
    return each -> AnswerServiceGrpc.newStub(each.channel).answer(request.build(), new Nobody<>());
  }

  private static Consumer<Cluster> streamed(AnswerRequest.Builder request) {
    return each ->
        AnswerServiceGrpc.newStub(each.channel).streamAnswer(request.build(), new Nobody<>());
  }

  private static void embed(Cluster each) {
    EmbedServiceGrpc.newStub(each.channel)
        .embed(EmbedRequest.newBuilder().addTexts(WATER).build(), new Nobody<>());
  }

  private static void generate(Cluster each) {
    GenerateServiceGrpc.newStub(each.channel)
        .generate(GenerateRequest.newBuilder().addMessages(user(WATER)).build(), new Nobody<>());
  }

  /** Goes away and looks at nothing. */
  private static final class Nobody<R> implements StreamObserver<R> {
    @Override
    public void onNext(R response) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
