package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.documents.TenantPermits.Permit;
import dev.sluice.serving.failure.Failure.Cancelled;
import io.grpc.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose turn it is. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TenantPermitsTest {

  private static final int ANY = Integer.MAX_VALUE;

  /** Who gets what is given back, one after the other. */
  private static List<String> order(List<String> names, List<Permit> permits) {
    List<String> order = new ArrayList<>();
    while (permits.stream().anyMatch(Permit::isGiven)) {
      for (int i = 0; i < permits.size(); i++) {
        if (permits.get(i).isGiven()) {
          order.add(names.remove(i));
          permits.remove(i).close();
          break;
        }
      }
    }
    return order;
  }

  private static List<String> order(TenantPermits permits, String... tenants) {
    List<String> names = new ArrayList<>(List.of(tenants));
    return order(names, new ArrayList<>(names.stream().map(permits::ask).toList()));
  }

  @Test
  void tenantsThatWaitGetPermitsInTurn() {
    assertThat(order(new TenantPermits(1, ANY), "a", "a", "a", "a", "b", "b", "c", "a", "a"))
        .containsExactly("a", "a", "b", "c", "a", "b", "a", "a", "a");
  }

  @Test
  void aLateTenantWaitsForNoneOfThoseThatCameBefore() {
    TenantPermits permits = new TenantPermits(2, ANY);
    List<Permit> flood = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      flood.add(permits.ask("a"));
    }
    flood.removeFirst().close();
    Permit late = permits.ask("b");
    assertThat(late.isGiven()).isFalse();
    flood.removeFirst().close();
    flood.removeFirst().close();
    assertThat(late.isGiven()).isTrue();
  }

  @Test
  void theWorkOfOneTenantKeepsItsOrder() {
    TenantPermits permits = new TenantPermits(1, ANY);
    List<Permit> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(permits.ask("a"));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(all).filteredOn(Permit::isGiven).containsExactly(all.getFirst());
      all.removeFirst().close();
    }
  }

  @Test
  void aTenantHasNoMoreThanItsOwnAndOthersPassIt() {
    TenantPermits permits = new TenantPermits(ANY, 2);
    List<Permit> ofOne = List.of(permits.ask("a"), permits.ask("a"), permits.ask("a"));
    Permit other = permits.ask("b");
    assertThat(ofOne).extracting(Permit::isGiven).containsExactly(true, true, false);
    assertThat(other.isGiven()).isTrue();
    ofOne.getFirst().close();
    assertThat(ofOne.getLast().isGiven()).isTrue();
  }

  @Test
  void whoLeavesTheLineHasNoTurn() {
    TenantPermits permits = new TenantPermits(1, ANY);
    Permit first = permits.ask("a");
    Permit leaves = permits.ask("b");
    Permit second = permits.ask("a");
    leaves.close();
    first.close();
    assertThat(leaves.isGiven()).isFalse();
    assertThat(second.isGiven()).isTrue();
  }

  @Test
  void whatIsGivenBackTwiceCountsOnce() {
    TenantPermits permits = new TenantPermits(1, ANY);
    Permit first = permits.ask("a");
    Permit second = permits.ask("b");
    first.close();
    first.close();
    assertThat(second.isGiven()).isTrue();
    assertThat(permits.ask("c").isGiven()).isFalse();
  }

  @Test
  void workThatFailsGivesItsPermitBack() {
    TenantPermits permits = new TenantPermits(1, ANY);
    assertThatThrownBy(() ->
            permits.during(
                "a",
                () -> {
                  throw new IllegalStateException();
                }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(permits.<Integer>during("a", () -> 1)).isEqualTo(1);
  }

  /** Nobody has too much, nothing that may be given is kept, and nobody is remembered. */
  @Test
  void anyOrderOfAskingAndGivingBackKeepsTheBounds() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      int most = 1 + random.nextInt(5);
      int mostOfOne = 1 + random.nextInt(3);
      TenantPermits permits = new TenantPermits(most, mostOfOne);
      List<String> names = new ArrayList<>();
      List<Permit> asked = new ArrayList<>();
      for (int step = 0; step < 300; step++) {
        if (asked.isEmpty() || random.nextInt(5) < 3) {
          names.add("t" + random.nextInt(4));
          asked.add(permits.ask(names.getLast()));
        } else {
          int index = random.nextInt(asked.size());
          names.remove(index);
          asked.remove(index).close();
        }
        check(most, mostOfOne, names, asked);
      }
      asked.forEach(Permit::close);
      assertThat(permits.tenants()).isZero();
    }
  }

  private static void check(int most, int mostOfOne, List<String> names, List<Permit> asked) {
    Map<String, Integer> held = new TreeMap<>();
    Map<String, Integer> waiting = new TreeMap<>();
    for (int i = 0; i < asked.size(); i++) {
      (asked.get(i).isGiven() ? held : waiting).merge(names.get(i), 1, Integer::sum);
    }
    int all = held.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(all).isLessThanOrEqualTo(most);
    assertThat(held.values()).allMatch(count -> count <= mostOfOne);
    if (all < most) {
      assertThat(waiting.keySet()).allMatch(tenant -> held.getOrDefault(tenant, 0) == mostOfOne);
    }
  }

  /** Runs on a thread of its own until it waits for its turn. */
  private static Thread waiting(Runnable work, CompletableFuture<Void> outcome) {
    Thread thread =
        Thread.startVirtualThread(() -> {
          try {
            work.run();
            outcome.complete(null);
          } catch (Cancelled cancelled) {
            outcome.completeExceptionally(cancelled);
          }
        });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private static Runnable piece(TenantPermits permits) {
    return () -> permits.<Integer>during("b", () -> 1);
  }

  private static void assertCancelled(CompletableFuture<Void> outcome) {
    assertThatThrownBy(outcome::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(Cancelled.class);
  }

  @Test
  void aCallThatEndsLeavesTheLine() {
    TenantPermits permits = new TenantPermits(1, ANY);
    Permit taken = permits.ask("a");
    var call = Context.ROOT.withCancellation();
    var outcome = new CompletableFuture<Void>();
    waiting(call.wrap(piece(permits)), outcome);
    call.cancel(null);
    assertCancelled(outcome);
    taken.close();
    assertThat(permits.tenants()).isZero();
  }

  @Test
  void aThreadThatIsInterruptedLeavesTheLine() {
    TenantPermits permits = new TenantPermits(1, ANY);
    Permit taken = permits.ask("a");
    var outcome = new CompletableFuture<Void>();
    waiting(piece(permits), outcome).interrupt();
    assertCancelled(outcome);
    taken.close();
    assertThat(permits.tenants()).isZero();
  }

  @Test
  void whoWaitsGoesOnWhenItsTurnComes() {
    TenantPermits permits = new TenantPermits(1, ANY);
    Permit taken = permits.ask("a");
    var outcome = new CompletableFuture<Void>();
    waiting(piece(permits), outcome);
    taken.close();
    outcome.join();
    assertThat(permits.tenants()).isZero();
  }
}
