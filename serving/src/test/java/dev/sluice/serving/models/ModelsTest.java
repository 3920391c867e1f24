package dev.sluice.serving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.ModelMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ModelsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Models<Fake> models = new Models<>(registry, Duration.ofMinutes(1));

  /** Knows whether it is closed, and tells. */
  private record Fake(String name, String fingerprint, CountDownLatch closed)
      implements ServedModel {

    static Fake named(String name) {
      return new Fake(name, "1", new CountDownLatch(1));
    }

    boolean isClosed() {
      return closed.getCount() == 0;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void theFirstModelIsTheDefault() {
    models.serve(Fake.named("b"));
    models.serve(Fake.named("a"));
    try (var lease = models.lease("")) {
      assertThat(lease.model().name()).isEqualTo("b");
    }
    models.makeDefault("a");
    try (var lease = models.lease("")) {
      assertThat(lease.model().name()).isEqualTo("a");
    }
    assertThat(models.all()).extracting(Fake::name).containsExactly("a", "b");
  }

  @Test
  void anUnknownNameIsNotFound() {
    models.serve(Fake.named("a"));
    assertThatThrownBy(() -> models.lease("c"))
        .isInstanceOf(Failure.NotFound.class)
        .hasMessage("no model named 'c'");
    assertThatThrownBy(() -> models.makeDefault("c")).isInstanceOf(Failure.NotFound.class);
    assertThatThrownBy(() -> models.withdraw("c")).isInstanceOf(Failure.NotFound.class);
  }

  @Test
  void aModelThatIsReplacedFinishesWhatItHas() throws Exception {
    Fake old = Fake.named("a");
    Fake young = Fake.named("a");
    models.serve(old);
    try (var lease = models.lease("a")) {
      models.serve(young);
      try (var other = models.lease("a")) {
        assertThat(other.model()).isSameAs(young);
      }
      assertThat(lease.model()).isSameAs(old);
      assertThat(old.isClosed()).isFalse();
    }
    old.closed.await();
    assertThat(young.isClosed()).isFalse();
  }

  @Test
  void aModelThatIsWithdrawnFinishesWhatItHas() throws Exception {
    Fake model = Fake.named("a");
    models.serve(model);
    CompletableFuture<Void> withdrawn;
    try (var lease = models.lease("a")) {
      withdrawn = CompletableFuture.runAsync(() -> models.withdraw("a"));
      while (!models.all().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> models.lease("a")).isInstanceOf(Failure.NotFound.class);
      assertThat(lease.model().isClosed()).isFalse();
    }
    withdrawn.get(20, TimeUnit.SECONDS);
    assertThat(model.isClosed()).isTrue();
  }

  @Test
  void aRequestThatHangsHoldsAModelUpToTheDrainTimeoutOnly() {
    var impatient = new Models<Fake>(registry, Duration.ofMillis(1));
    Fake model = Fake.named("a");
    impatient.serve(model);
    try (var lease = impatient.lease("a")) {
      impatient.withdraw("a");
      assertThat(lease.model().isClosed()).isTrue();
    }
  }

  @Test
  void closeClosesAllAlsoThoseThatAreReplaced() {
    List<Fake> all = List.of(Fake.named("a"), Fake.named("a"), Fake.named("b"), Fake.named("a"));
    all.forEach(models::serve);
    models.close();
    assertThat(all).allMatch(Fake::isClosed);
  }

  @Test
  void theMetersOfAModelGoWithIt() {
    var meters = new ModelMeters(registry, "a");
    meters.gauge("waiting", "", () -> 1);
    registry.counter("refused", meters.tags().and("reason", "late")).increment();
    new ModelMeters(registry, "b").gauge("waiting", "", () -> 2);
    models.serve(Fake.named("a"));
    models.serve(Fake.named("a"));
    assertThat(registry.find("waiting").tag("model", "a").gauge()).isNotNull();
    models.withdraw("a");
    assertThat(registry.getMeters())
        .singleElement()
        .satisfies(meter -> assertThat(meter.getId().getTag("model")).isEqualTo("b"));
  }

  @Test
  void aGaugeShowsTheModelLoadedLast() {
    new ModelMeters(registry, "a").gauge("waiting", "", () -> 1, "kind", "x");
    new ModelMeters(registry, "a").gauge("waiting", "", () -> 2, "kind", "x");
    assertThat(registry.get("waiting").tags("model", "a", "kind", "x").gauge().value())
        .isEqualTo(2);
  }

  @Test
  void nobodyEverHasAClosedModel() throws Exception {
    models.serve(Fake.named("a"));
    var done = new AtomicBoolean();
    try (var users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> uses =
          IntStream.range(0, 8).mapToObj(i -> users.submit(() -> use(done))).toList();
      for (int i = 0; i < 500; i++) {
        models.serve(Fake.named("a"));
      }
      done.set(true);
      for (Future<Integer> each : uses) {
        assertThat(each.get()).isPositive();
      }
    }
  }

  private int use(AtomicBoolean done) {
    int used = 0;
    while (!done.get() || used == 0) {
      try (var lease = models.lease("")) {
        assertThat(lease.model().isClosed()).isFalse();
        used++;
      }
    }
    return used;
  }
}
