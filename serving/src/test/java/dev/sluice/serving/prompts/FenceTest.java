package dev.sluice.serving.prompts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FenceTest {

  private static final List<String> TEXTS = List.of("The gate is open.", "The gate is shut.");

  @Test
  void theSameTextsHaveTheSameCode() {
    assertThat(Fence.around(TEXTS).code()).isEqualTo(Fence.around(TEXTS).code());
  }

  @Test
  void anyOtherTextHasAnotherCode() {
    String code = Fence.around(TEXTS).code();
    assertThat(Fence.around(List.of("The gate is open.", "The gate is shut")).code())
        .isNotEqualTo(code);
    assertThat(Fence.around(List.of("The gate is open.The gate is shut.")).code())
        .isNotEqualTo(code);
  }

  @Test
  void theCodeStandsInNoneOfTheTexts() {
    List<String> everyPair =
        List.of("0123456789abcdef", String.join(" ", List.of(Fence.around(TEXTS).code())));
    assertThat(everyPair).noneMatch(text -> text.contains(Fence.around(everyPair).code()));
  }

  @Test
  void aTextStandsBetweenTwoLinesWithTheCode() {
    Fence fence = Fence.around(TEXTS);
    assertThat(fence.around("passage 1", "The gate\nis open."))
        .isEqualTo(
            "--- C passage 1\nThe gate\nis open.\n--- C end of passage 1\n"
                .replace("C", fence.code()));
  }
}
