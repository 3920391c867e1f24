package dev.sluice.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceWalkTest {

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("docs/deep"));
    for (String name : List.of("docs/b.md", "docs/a.md", "docs/deep/c.md", "docs/.secret")) {
      Files.writeString(folder.resolve(name), "text");
    }
  }

  @Test
  void filesComeInTheOrderOfTheirNamesWithPathsAsIds() {
    assertThat(ids(folder.resolve("docs")))
        .containsExactly("docs/a.md", "docs/b.md", "docs/deep/c.md");
  }

  @Test
  void aRelativePathNamesItsFilesAsItWasGiven() {
    Path relative = Path.of("src/test/java/dev/sluice/standalone/ingest/SourceWalkTest.java");

    assertThat(ids(relative)).containsExactly(relative.toString());
    assertThat(ids(Path.of("./src/../").resolve(relative))).containsExactly(relative.toString());
  }

  @Test
  void aFolderThatLinksToItselfIsReadOnce() throws IOException {
    Files.createSymbolicLink(folder.resolve("docs/deep/loop"), folder.resolve("docs"));

    SourceWalk.Found found = SourceWalk.from(List.of(folder.resolve("docs")));

    assertThat(found.files()).hasSize(3);
    assertThat(found.others()).contains(new Item.Skipped("folder reached twice", 0));
  }

  @Test
  void aBrokenLinkIsSkipped() throws IOException {
    Files.createSymbolicLink(folder.resolve("docs/broken"), folder.resolve("nowhere"));

    assertThat(SourceWalk.from(List.of(folder.resolve("docs"))).others())
        .contains(new Item.Skipped("broken link or special file", 0));
  }

  @Test
  void aFileThatIsNamedTwiceIsReadOnce() {
    assertThat(ids(folder.resolve("docs"), folder.resolve("docs"))).hasSize(3);
  }

  @Test
  void twoFilesOfOneNameAreNotMixedUp() throws IOException {
    Files.createDirectories(folder.resolve("other/docs"));
    Files.writeString(folder.resolve("other/docs/a.md"), "another");

    SourceWalk.Found found =
        SourceWalk.from(List.of(folder.resolve("docs"), folder.resolve("other/docs")));

    assertThat(found.files()).hasSize(3);
    assertThat(found.others()).anyMatch(item -> item instanceof Item.Refused);
  }

  @Test
  void aHiddenFileThatIsNamedIsTaken() {
    assertThat(ids(folder.resolve("docs/.secret"))).containsExactly(".secret");
  }

  private static List<String> ids(Path... paths) {
    return SourceWalk.from(List.of(paths)).files().stream().map(SourceFile::id).toList();
  }
}
