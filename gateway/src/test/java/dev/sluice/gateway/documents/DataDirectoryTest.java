package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.Precondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir private Path temporary;

  private Path path;

  @BeforeEach
  void nameTheDirectory() {
    path = temporary.resolve("some/data");
  }

  @Test
  void aNewDirectoryIsMadeWithItsFormat() throws IOException {
    try (DataDirectory data = DataDirectory.open(path)) {
      assertThat(data.path()).isEqualTo(path.toRealPath());
      assertThat(path.resolve("format")).hasContent("3");
    }
  }

  @Test
  void whoComesSecondLearnsWhoHoldsIt() throws IOException {
    try (DataDirectory data = DataDirectory.open(path)) {
      data.recordGateway("127.0.0.1:7400", false);
      long pid = ProcessHandle.current().pid();
      assertThatThrownBy(() -> DataDirectory.open(path))
          .isInstanceOf(Precondition.class)
          .hasMessage(
              "data directory "
                  + path.toRealPath()
                  + " is in use by process "
                  + pid
                  + " (gateway 127.0.0.1:7400)");
      assertThat(DataDirectory.owner(path))
          .contains(new DataDirectory.Owner(pid, "127.0.0.1:7400", false));
      assertThatThrownBy(() -> DataDirectory.open(path)).isInstanceOf(Precondition.class);
    }
  }

  @Test
  void aClosedDirectoryHasNoOwnerAndCanBeTakenAgain() throws IOException {
    DataDirectory first = DataDirectory.open(path);
    first.recordGateway("127.0.0.1:7400", false);
    first.close();
    assertThat(DataDirectory.owner(path)).isEmpty();
    DataDirectory second = DataDirectory.open(path);
    assertThat(DataDirectory.owner(path)).map(DataDirectory.Owner::gateway).contains("");
    second.close();
  }

  @Test
  void aDirectoryThatIsNotThereHasNoOwnerAndIsNotMade() {
    assertThat(DataDirectory.owner(path)).isEmpty();
    assertThat(path).doesNotExist();
  }

  @Test
  void anUnknownFormatIsRefusedInOneLine() throws IOException {
    DataDirectory.open(path).close();
    Files.writeString(path.resolve("format"), "4\nfrom the future\n");
    assertThatThrownBy(() -> DataDirectory.open(path))
        .isInstanceOf(Precondition.class)
        .hasMessageContaining("format '4")
        .hasMessageNotContaining("\n");
    Files.writeString(path.resolve("format"), "3");
    DataDirectory.open(path).close();
  }

  @Test
  void aDirectoryOfAFormatBeforeIsTakenAndOutOfReachForOlderVersions() throws IOException {
    DataDirectory.open(path).close();
    for (String older : List.of("1\n", "2\n")) {
      Files.writeString(path.resolve("format"), older);
      DataDirectory.open(path).close();
      assertThat(path.resolve("format")).hasContent("3");
    }
  }

  @Test
  void aFileInItsPlaceIsRefusedInOneLine() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(Precondition.class)
        .hasMessageContaining(file.toString());
  }
}
