package dev.sluice.gateway.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.type.v1.StagePolicy;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StageLatenciesTest {

  private static final int WANTED = 50;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long QUICK = TimeUnit.MILLISECONDS.toNanos(60);

  private final StageLatencies latencies = new StageLatencies();
  private long now = SECOND;

  /** A call with a second for it, which takes so long, or all that it was given. */
  private int rerank(long takes) {
    var plan =
        new DeadlinePlan(latencies, now + SECOND, Map.of(Stage.RERANK, StagePolicy.OPTIONAL));
    int documents = plan.documents(WANTED, 10, now).orElse(0);
    if (documents > 0) {
      long taken = Math.min(takes, plan.rerankSlice(now));
      latencies.observeRerank(documents, taken, now + taken);
    }
    now += SECOND / 6;
    return documents;
  }

  private void rerank(long takes, int calls) {
    for (int i = 0; i < calls; i++) {
      rerank(takes);
    }
  }

  @Test
  void whenAServerGoesOnThatHungAllIsRerankedAgainWithinSeconds() {
    rerank(QUICK, 100);
    rerank(Long.MAX_VALUE, 60);
    assertThat(rerank(Long.MAX_VALUE)).isLessThan(WANTED);
    rerank(QUICK, 6 * 8);
    assertThat(rerank(QUICK)).isEqualTo(WANTED);
  }

  @Test
  void whileItHangsItIsTriedOnceASecond() {
    rerank(QUICK, 20);
    rerank(Long.MAX_VALUE, 60);
    int tried = 0;
    for (int i = 0; i < 60; i++) {
      tried += rerank(Long.MAX_VALUE) > 0 ? 1 : 0;
    }
    assertThat(tried).isBetween(8, 11);
  }

  @Test
  void oneTryThatSucceedsIsNotEnough() {
    rerank(QUICK, 10);
    rerank(Long.MAX_VALUE, 60);
    int documents = 0;
    while (documents == 0) {
      documents = rerank(QUICK);
    }
    assertThat(rerank(QUICK)).isLessThan(WANTED);
  }
}
