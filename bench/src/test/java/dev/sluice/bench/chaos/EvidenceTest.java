package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvidenceTest {

  @Test
  void whatIsCountedCountsFromThenOn() throws Exception {
    AtomicLong lies = new AtomicLong(7);
    Evidence evidence = Evidence.counted("lies were told", lies::get);
    assertThat(evidence.missing()).isEqualTo("no lies were told");
    lies.incrementAndGet();
    assertThat(evidence.missing()).isEmpty();
  }

  @Test
  void eachPartMustShowIt() throws Exception {
    Evidence seen = () -> "";
    Evidence unseen = () -> "it still runs";
    assertThat(Evidence.all(List.of(seen, seen)).missing()).isEmpty();
    assertThat(Evidence.all(List.of(seen, unseen)).missing()).isEqualTo("it still runs");
  }
}
