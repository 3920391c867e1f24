package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hash of a file that is read in parts is that of the whole. */
class FileHashTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, FileHash.PART - 1, FileHash.PART, FileHash.PART + 1, 5 * FileHash.PART / 2})
  void itIsThatOfTheWholeFile(int length) throws Exception {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    Path file = Files.write(folder.resolve("file"), content);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    assertThat(FileHash.of(file)).isEqualTo(HexFormat.of().formatHex(hash));
  }
}
