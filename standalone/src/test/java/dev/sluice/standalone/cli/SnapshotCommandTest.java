package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.RestoreSnapshotRequest;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotCommandTest {

  private CommandLineFixture sluice;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  private Outcome run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--target=localhost:1";
    return sluice.run(all);
  }

  @Test
  void aSnapshotIsTakenListedAndDeleted() {
    Outcome taken = run("snapshot", "create", "monday", "--collection", "contracts");
    assertThat(taken.code()).isZero();
    assertThat(taken.out()).isEqualTo("snapshot monday: contracts (7 documents)\n");

    Outcome list = run("snapshot", "list");
    assertThat(list.out().lines()).hasSize(2);
    assertThat(list.out()).contains("monday").contains("3.0").contains("contracts 7");

    assertThat(run("snapshot", "delete", "monday").code()).isZero();
    assertThat(sluice.gateway.snapshots.snapshots).isEmpty();
  }

  @Test
  void whereThereIsNoSnapshotTheListSaysHowToTakeOne() {
    Outcome list = run("snapshot", "list");

    assertThat(list.code()).isZero();
    assertThat(list.out()).isEmpty();
    assertThat(list.err()).contains("sluice snapshot create NAME");
  }

  @Test
  void whatIsNotThereCannotBeDeleted() {
    Outcome outcome = run("snapshot", "delete", "tuesday");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).isEqualTo("sluice: no snapshot named 'tuesday'\n");
  }

  @Test
  void whatIsRestoredIsSaid() {
    Outcome outcome = run("restore", "monday");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).isEqualTo("restored docs (7 documents)\n");
  }

  @Test
  void aCollectionThatExistsIsOnlyReplacedWhenToldTo() {
    Outcome kept = run("restore", "monday", "-c", "there");
    assertThat(kept.code()).isEqualTo(1);
    assertThat(kept.err())
        .isEqualTo("sluice: collection 'there' exists already: --replace replaces it\n");

    assertThat(run("restore", "monday", "-c", "there", "--replace").code()).isZero();
    assertThat(sluice.gateway.snapshots.restored)
        .extracting(RestoreSnapshotRequest::getReplace)
        .containsExactly(false, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "Monday", ""})
  void aNameThatNoSnapshotCanHaveIsWrongUsage(String name) {
    for (Outcome outcome :
        new Outcome[] {
          run("snapshot", "create", name), run("snapshot", "delete", name), run("restore", name)
        }) {
      assertThat(outcome.code()).isEqualTo(2);
      assertThat(outcome.err()).contains("cannot name a snapshot");
    }
  }

  @Test
  void aSnapshotCommandWithoutAVerbIsWrongUsage() {
    assertThat(sluice.run("snapshot").code()).isEqualTo(2);
  }
}
