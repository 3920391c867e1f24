package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.BenchMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {

  private static final Page PAGE =
      new Page(
          """
          Words.
          <!-- bench a -->
          old
          <!-- end -->
          More.
          <!-- bench b -->
          <!-- end -->
          """);

  @Test
  void aPartIsReplacedAndTheWordsAroundItStay() {
    assertThat(PAGE.with("a", "new\n").text())
        .isEqualTo(
            """
            Words.
            <!-- bench a -->

            new

            <!-- end -->
            More.
            <!-- bench b -->
            <!-- end -->
            """);
  }

  @Test
  void replacingTwiceIsReplacingOnce() {
    Page once = PAGE.with("b", "new\n");
    assertThat(once.with("b", "new\n")).isEqualTo(once);
  }

  @Test
  void aPartThatIsNotThereIsRefused() {
    assertThat(PAGE.has("c")).isFalse();
    assertThatThrownBy(() -> PAGE.with("c", "new\n")).hasMessageContaining("<!-- bench c -->");
  }

  @Test
  void cellsDoNotBreakTheTable() {
    assertThat(MarkdownTable.of(List.of("a"), List.of(List.of("x|y\nz"))))
        .isEqualTo("| a |\n| --- |\n| x\\|y z |\n");
  }

  @Test
  void thePageOfFiguresHasAPlaceForEveryPart() throws Exception {
    Path root = Path.of(System.getProperty("sluice.root", ".."));
    Page page = new Page(Files.readString(root.resolve("docs/performance.md")));
    List<String> names = Parts.all(BenchMain.names()).stream().map(Part::name).toList();
    assertThat(names).allMatch(page::has);
    assertThat(page.has("machine")).isTrue();
  }
}
