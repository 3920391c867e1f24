package dev.sluice.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeyTest {

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void setUp() {
    file = directory.resolve("key");
  }

  private void write(String text, long second) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    write("first\n", 1);
    var key = new ApiKey(file);
    assertThat(key.value()).isEqualTo("first");
    write("second\n", 2);
    assertThat(key.value()).isEqualTo("second");
  }

  @Test
  void aFileWithoutAKeyLeavesTheOldOne() throws IOException {
    write("first", 1);
    var key = new ApiKey(file);
    write(" \n", 2);
    assertThat(key.value()).isEqualTo("first");
    Files.delete(file);
    assertThat(key.value()).isEqualTo("first");
    write("third", 3);
    assertThat(key.value()).isEqualTo("third");
  }

  @Test
  void theFirstReadingMustSucceed() throws IOException {
    assertThatThrownBy(() -> new ApiKey(file)).isInstanceOf(IOException.class);
    write("two\nlines", 1);
    assertThatThrownBy(() -> new ApiKey(file))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("lines");
  }

  @Test
  void itDoesNotShowItself() throws IOException {
    write("secret", 1);
    assertThat(new Authorization("SLUICE_", Optional.of(new ApiKey(file))).toString())
        .doesNotContain("secret")
        .contains("SLUICE_API_KEY_FILE");
  }
}
