package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.standalone.CommandFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenariosTest {

  @Test
  void namesAreDifferent() {
    assertThat(Scenarios.all()).extracting(Scenario::name).doesNotHaveDuplicates();
  }

  @Test
  void scenariosOfALayoutStandTogether() {
    List<Layout> layouts = Scenarios.all().stream().map(Scenario::layout).toList();
    long changes = 1;
    for (int i = 1; i < layouts.size(); i++) {
      changes += layouts.get(i) == layouts.get(i - 1) ? 0 : 1;
    }
    assertThat(changes).isEqualTo(layouts.stream().distinct().count());
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> Scenarios.named(List.of("kill-embed", "flood")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no fault named [flood]");
  }

  @Test
  void namesChooseScenarios() {
    assertThat(Scenarios.named(List.of("full-disk")))
        .extracting(Scenario::name)
        .containsExactly("full-disk");
  }
}
