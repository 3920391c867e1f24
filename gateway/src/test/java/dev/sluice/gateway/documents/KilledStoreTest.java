package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a store whose process was killed with {@code kill -9} while it wrote. */
class KilledStoreTest {

  private static final List<Integer> ACKNOWLEDGED_BEFORE_THE_KILL = List.of(1, 30, 100);

  /** The kill may have cut the last line, but all generations have seven digits. */
  private static final Pattern WHOLE = Pattern.compile("\\d+ \\d{7}");

  private static final long GENERATIONS_OF_A_ROUND = 1_000_000;

  @TempDir private Path data;

  private final Map<Integer, Long> acknowledged = new HashMap<>();

  @Test
  @Timeout(120)
  void acknowledgedDocumentsSurviveAndNoneIsMixed() throws Exception {
    long first = GENERATIONS_OF_A_ROUND;
    for (int acknowledgements : ACKNOWLEDGED_BEFORE_THE_KILL) {
      writeAndKill(first, acknowledgements);
      first += GENERATIONS_OF_A_ROUND;
      checkAll();
    }
  }

  private void writeAndKill(long first, int acknowledgements) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                data.toString(),
                Long.toString(first))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = writer.inputReader()) {
      for (int i = 0; i < acknowledgements; i++) {
        remember(lines.readLine());
      }
      kill(writer);
      lines.lines().filter(line -> WHOLE.matcher(line).matches()).forEach(this::remember);
    }
  }

  /** Through its handle, which does not close the pipe: what was acknowledged can still be read. */
  private static void kill(Process process) throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  private void remember(String line) {
    List<String> words = List.of(line.split(" ", -1));
    acknowledged.put(Integer.parseInt(words.get(0)), Long.parseLong(words.get(1)));
  }

  private void checkAll() {
    assertThat(acknowledged).isNotEmpty();
    InstantSource clock = InstantSource.fixed(Samples.NOW);
    try (DataDirectory directory = DataDirectory.open(data);
        DocumentStore store = new LuceneStore(directory, LexicalSettings.DEFAULT, clock)) {
      acknowledged.forEach((id, generation) -> check(store, id, generation));
    }
  }

  private static void check(DocumentStore store, int id, long acknowledged) {
    StoredDocument stored = store.document(KilledWriter.KEY, "d" + id).orElseThrow();
    List<String> words = List.of(stored.text().split("\\s+", -1));
    long generation = Long.parseLong(words.get(1));
    assertThat(generation).isGreaterThanOrEqualTo(acknowledged);
    assertThat(stored).isEqualTo(KilledWriter.generation(id, generation));
    assertThat(
            store.retrieve(
                KilledWriter.KEY, Retrieval.lexical("again generation", 100), Samples.soon()))
        .filteredOn(candidate -> candidate.passage().documentId().equals("d" + id))
        .hasSize(2)
        .allMatch(
            candidate -> candidate.passage().documentVersion().equals(stored.record().version()));
  }
}
