package dev.sluice.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

  @Test
  void linesAreNumberedAndTheLastNeedsNoEnd() throws IOException {
    assertThat(read("one\n\nthree"))
        .containsExactly(
            new JsonLine(1, 4, "one", false, false),
            new JsonLine(2, 1, "", false, false),
            new JsonLine(3, 6, "three", false, false));
  }

  @Test
  void aLineThatIsTooLongIsReadPastAndTheNextIsNotHarmed() throws IOException {
    assertThat(read("x".repeat(11) + "\nok\n"))
        .containsExactly(
            new JsonLine(1, 12, "", false, true), new JsonLine(2, 3, "ok", false, false));
  }

  private static List<JsonLine> read(String text) throws IOException {
    List<JsonLine> read = new ArrayList<>();
    try (JsonLines lines =
        JsonLines.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 10)) {
      for (JsonLine line = lines.next(); line != null; line = lines.next()) {
        read.add(line);
      }
    }
    return read;
  }
}
