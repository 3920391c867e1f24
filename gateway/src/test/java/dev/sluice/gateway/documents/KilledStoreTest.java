package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a store whose process was killed with {@code kill -9} while it wrote. */
class KilledStoreTest {

  private static final int KILLS = Boolean.getBoolean("sluice.long") ? 200 : 20;
  private static final int MOST_ACKNOWLEDGEMENTS = 60;
  private static final int MOST_MICROSECONDS_LATER = 20_000;
  private static final long GENERATIONS_OF_A_ROUND = 1_000_000;

  @TempDir private Path data;

  private final PossibleStates possible = new PossibleStates();
  private int snapshots;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void whatWasAcknowledgedSurvivesAndEveryDocumentIsOldOrNew() throws Exception {
    Random random = new Random(8);
    for (int kill = 1; kill <= KILLS; kill++) {
      writeAndKill(
          kill * GENERATIONS_OF_A_ROUND,
          random.nextInt(MOST_ACKNOWLEDGEMENTS),
          random.nextInt(MOST_MICROSECONDS_LATER));
      checkAll("after kill " + kill);
    }
    assertThat(possible.acknowledged()).isGreaterThan(10 * KILLS);
    assertThat(snapshots).isGreaterThan(KILLS / 2);
  }

  /** The moment of the kill: some time after some acknowledgements. */
  private void writeAndKill(long first, int acknowledgements, long microseconds) throws Exception {
    Process writer = start(first);
    int enough = possible.acknowledged() + acknowledgements;
    try (BufferedReader lines = writer.inputReader()) {
      while (possible.acknowledged() < enough) {
        String line = lines.readLine();
        assertThat(line).as("the writer ended by itself").isNotNull();
        possible.learn(line);
      }
      assertThat(writer.waitFor(microseconds, TimeUnit.MICROSECONDS)).isFalse();
      kill(writer);
      lines.lines().forEach(possible::learn);
    }
  }

  private Process start(long first) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            data.toString(),
            Long.toString(first))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Through its handle, which does not close the pipe: what was acknowledged can still be read. */
  private static void kill(Process process) throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  private void checkAll(String when) {
    InstantSource clock = InstantSource.fixed(Samples.NOW);
    try (DataDirectory directory = DataDirectory.open(data);
        LuceneStore store = new LuceneStore(directory, LexicalSettings.DEFAULT, clock)) {
      if (store.collections("default", "", 1).isEmpty()) {
        assertThat(possible.acknowledged()).as(when).isZero();
        return;
      }
      Map<Integer, Long> stored = WholeDocuments.read(store);
      for (int id = 0; id < KilledWriter.DOCUMENTS; id++) {
        check(when, store, id, Optional.ofNullable(stored.get(id)));
      }
      assertThat(store.size(KilledWriter.KEY).documents()).as(when).isEqualTo(stored.size());
      checkSnapshots(store);
    }
  }

  /** Those that are listed are whole, however many were being made. */
  private void checkSnapshots(LuceneStore store) {
    String tenant = KilledWriter.KEY.tenant();
    LuceneSnapshots files =
        new LuceneSnapshots(data.resolve("snapshots"), InstantSource.fixed(Samples.NOW));
    for (SnapshotInfo snapshot : store.snapshots(tenant)) {
      assertThat(files.verified(tenant, snapshot.name(), Optional.empty())).hasSize(1);
      store.deleteSnapshot(tenant, snapshot.name());
      snapshots++;
    }
  }

  /**
   * The document, its record in the list and its passages are of the same, possible, generation.
   */
  private void check(String when, DocumentStore store, int id, Optional<Long> generation) {
    assertThat(possible.allows(id, generation))
        .as("%s: %s of d%d where %s can be", when, generation, id, possible.of(id))
        .isTrue();
    Optional<StoredDocument> whole = generation.map(each -> KilledWriter.document(id, each));
    assertThat(store.document(KilledWriter.KEY, "d" + id)).as(when).isEqualTo(whole);
    assertThat(store.version(KilledWriter.KEY, "d" + id).map(StoredVersion::version))
        .as(when)
        .isEqualTo(whole.map(document -> document.record().version()));
    possible.settle(id, generation);
  }
}
