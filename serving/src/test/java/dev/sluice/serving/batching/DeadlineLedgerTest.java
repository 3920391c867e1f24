package dev.sluice.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineLedgerTest {

  private record Entry(long deadline, long tokens) {}

  private final DeadlineLedger ledger = new DeadlineLedger();
  private final List<Entry> naive = new ArrayList<>();

  private void add(long deadline, long tokens) {
    ledger.add(deadline, tokens);
    naive.add(new Entry(deadline, tokens));
  }

  private void remove(int index) {
    Entry entry = naive.remove(index);
    ledger.add(entry.deadline(), -entry.tokens());
  }

  private void assertAgreesAt(long deadline) {
    long due =
        naive.stream()
            .filter(entry -> entry.deadline() - deadline <= 0)
            .mapToLong(Entry::tokens)
            .sum();
    assertThat(ledger.dueBy(deadline)).isEqualTo(due);
    assertThat(ledger.total()).isEqualTo(naive.stream().mapToLong(Entry::tokens).sum());
  }

  /** Few deadlines are often equal, many fill several blocks, and the clock may wrap. */
  @ParameterizedTest
  @ValueSource(longs = {3, 100, 5000, Long.MAX_VALUE / 4})
  void itAgreesWithASortedListThroughRandomOperations(long range) {
    var random = new Random(range);
    long origin = Long.MAX_VALUE - 2000;
    for (int step = 0; step < 6000; step++) {
      boolean growing = step / 1500 % 2 == 0;
      if (naive.isEmpty() || random.nextInt(10) < (growing ? 7 : 3)) {
        add(origin + random.nextLong(range), random.nextInt(4) == 0 ? 0 : random.nextLong(1000));
      } else {
        remove(random.nextInt(naive.size()));
      }
      assertAgreesAt(origin + random.nextLong(range));
    }
    while (!naive.isEmpty()) {
      remove(random.nextInt(naive.size()));
    }
    assertAgreesAt(origin + range);
    assertThat(ledger.total()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, -1})
  void itAgreesWhereDeadlinesComeInOrder(long direction) {
    for (int i = 0; i < 1000; i++) {
      add(direction * i, i + 1);
    }
    for (int i = -1001; i <= 1001; i++) {
      assertAgreesAt(i);
    }
    for (int i = 0; i < 1000; i++) {
      remove(0);
      assertAgreesAt(direction * 500);
    }
  }

  @Test
  void theVeryMomentOfADeadlineCounts() {
    ledger.add(10, 5);
    assertThat(ledger.dueBy(9)).isZero();
    assertThat(ledger.dueBy(10)).isEqualTo(5);
  }
}
