package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.access.KeyEntry;
import dev.sluice.gateway.access.KeyRing;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandTest {

  @TempDir private Path folder;
  private CommandLineFixture sluice;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    file = folder.resolve("keys");
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  private Outcome create(String... options) {
    return sluice.run(
        Stream.concat(Stream.of("key", "create"), Stream.of(options)).toArray(String[]::new));
  }

  private KeyRing ring() throws IOException {
    return KeyRing.read(file);
  }

  @Test
  void aNewKeyIsShownOnceAndTheFileHoldsItsHashAlone() throws IOException {
    Outcome outcome =
        create(
            "--name",
            "reader",
            "--tenant",
            "acme",
            "--permissions",
            "search,read",
            "--file",
            file.toString());

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).matches("sluice_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n");
    String secret = outcome.out().strip().substring(24);
    assertThat(Files.readString(file)).doesNotContain(secret);
    assertThat(outcome.err()).doesNotContain(secret).contains("stands in " + file);
    KeyEntry entry = ring().byId().values().iterator().next();
    assertThat(entry.tenant()).isEqualTo("acme");
    assertThat(entry.permissions().written()).isEqualTo("search,read");
    assertThat(entry.expires()).isEmpty();
  }

  @Test
  void withoutAFileTheLineIsPrinted() {
    Outcome outcome = create("--name", "sync", "--permissions", "write", "--days", "90");

    assertThat(outcome.out()).startsWith("sluice_").hasLineCount(1);
    assertThat(outcome.err())
        .contains(" name=sync tenant=default permissions=write sha256=")
        .contains(" expires=");
  }

  @Test
  void keysAreAddedListedAndTakenAway() throws IOException {
    Files.writeString(file, "# ours\n");
    create("--name", "b", "--permissions", "all", "--file", file.toString());
    create("--name", "a", "--permissions", "read", "--file", file.toString());

    List<String> listed =
        sluice.run("key", "list", "--file", file.toString()).out().lines().toList();
    assertThat(listed).hasSize(3);
    assertThat(listed.get(1)).contains(" a ").contains("default").contains("never");
    assertThat(listed.get(2)).contains("search,read,write,manage,models,operate");

    String first = listed.get(1).substring(0, 16);
    assertThat(sluice.run("key", "revoke", first, "--file", file.toString()).code()).isZero();
    assertThat(ring().byId()).hasSize(1).doesNotContainKey(first);
    assertThat(Files.readString(file)).startsWith("# ours\n");
  }

  @Test
  void aLineWrittenByHandIsTakenAwayToo() throws IOException {
    create("--name", "b", "--permissions", "all", "--file", file.toString());
    String id = ring().byId().keySet().iterator().next();
    Files.writeString(file, Files.readString(file).replace(" ", "\t").replace("id=", "\t id="));
    assertThat(ring().byId()).containsKey(id);

    assertThat(sluice.run("key", "revoke", id, "--file", file.toString()).code()).isZero();
    assertThat(ring().byId()).isEmpty();
    assertRefused(
        sluice.run("key", "revoke", id, "--file", file.toString()), "there is no key " + id);
  }

  @Test
  void whatIsWrongIsSaidInOneLine() throws IOException {
    assertRefused(create("--name", "A B", "--permissions", "read"), "--name must be");
    assertRefused(create("--name", "a", "--permissions", "reed"), "--permissions must be some of");
    assertRefused(
        create("--name", "a", "--permissions", "read", "--tenant", "a b"), "--tenant must be");
    assertRefused(create("--name", "a", "--permissions", "read", "--days", "0"), "--days must be");
    assertRefused(sluice.run("key", "list", "--file", file.toString()), "there is no " + file);
    Files.writeString(file, "a letter to somebody\n");
    assertRefused(
        create("--name", "a", "--permissions", "read", "--file", file.toString()), "line 1");
    assertThat(Files.readString(file)).isEqualTo("a letter to somebody\n");
    Files.writeString(file, "");
    assertRefused(
        sluice.run("key", "revoke", "0123456789abcdef", "--file", file.toString()),
        "there is no key 0123456789abcdef");
  }

  private static void assertRefused(Outcome outcome, String words) {
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(words).hasLineCount(1);
  }
}
