package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import io.grpc.Status.Code;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One row of the table: what the services do, what is asked, and how that must end. */
final class Scenario {

  private final String name;
  private final Consumer<ScriptedServices> script;
  private final Function<Cluster, Ended> call;
  private Code code = Code.OK;
  private List<String> degradations = List.of();
  private @Nullable List<String> stages;
  private Consumer<Ended> rest = ended -> {};
  private Consumer<ScriptedServices> afterwards = services -> {};

  private Scenario(String name, Consumer<ScriptedServices> script, Function<Cluster, Ended> call) {
    this.name = name;
    this.script = script;
    this.call = call;
  }

  static Scenario search(
      String name, Consumer<ScriptedServices> script, SearchRequest.Builder request) {
    return new Scenario(
        "search: " + name, script, cluster -> Ended.search(cluster, request.build()));
  }

  static Scenario answer(
      String name, Consumer<ScriptedServices> script, AnswerRequest.Builder request) {
    return new Scenario(
        "answer: " + name, script, cluster -> Ended.answer(cluster, request.build()));
  }

  Scenario fails(Code expected) {
    code = expected;
    return this;
  }

  /** Each as "stage REASON EFFECT", in order; none unless said. */
  Scenario degrades(String... expected) {
    degradations = List.of(expected);
    return this;
  }

  /** Each as "stage OUTCOME", in order. */
  Scenario stages(String... expected) {
    stages = List.of(expected);
    return this;
  }

  Scenario and(Consumer<Ended> more) {
    rest = more;
    return this;
  }

  Scenario leaving(Consumer<ScriptedServices> more) {
    afterwards = more;
    return this;
  }

  /** Also that the gateway tells the same in its metrics and spans as in its answer. */
  void happens(Cluster cluster) throws Exception {
    cluster.services.reset();
    script.accept(cluster.services);
    cluster.measured.begin();
    Ended ended = call.apply(cluster);
    assertThat(ended.code()).as("%s", ended.failure()).isEqualTo(code);
    assertThat(ended.degradations()).map(Scenario::told).isEqualTo(degradations);
    if (stages != null) {
      assertThat(ended.reports()).map(Scenario::told).isEqualTo(stages);
    }
    rest.accept(ended);
    afterwards.accept(cluster.services);
    if (ended.began()) {
      cluster.measured.agree(ended);
    }
  }

  private static String told(Degradation degradation) {
    return degradation.getStage() + " " + degradation.getReason() + " " + degradation.getEffect();
  }

  private static String told(StageReport report) {
    return report.getStage() + " " + report.getOutcome();
  }

  @Override
  public String toString() {
    return name;
  }
}
