package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import dev.sluice.type.v1.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {

  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
  private static final Permissions READING =
      Permissions.parse(List.of("read", "search")).orElseThrow();

  @TempDir private Path folder;
  private final ApiKey key = ApiKey.random(new SecureRandom());
  private Path file;
  private Instant now = NOON;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("keys");
    write(entry(key, "reader", Optional.empty()));
  }

  private static String entry(ApiKey key, String name, Optional<Instant> expires) {
    return KeyEntry.of(key, name, "acme", READING, expires).written();
  }

  private void write(String... lines) throws IOException {
    Files.write(file, List.of(lines));
  }

  private KeyFile open() {
    return new KeyFile(file, () -> now);
  }

  private static void lookTwice(KeyFile keys) {
    keys.look();
    keys.look();
  }

  private static void assertRefused(KeyFile keys, String text, String reason) {
    assertThatThrownBy(() -> keys.grant(text))
        .isInstanceOfSatisfying(
            Unauthenticated.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }

  @Test
  void aKeyProvesItsNameItsTenantAndWhatItPermits() {
    Grant grant = open().grant(key.written());

    assertThat(grant.caller().tenant()).isEqualTo("acme");
    assertThat(grant.caller().principal()).isEqualTo("key:reader");
    assertThat(grant.permissions().all())
        .containsExactlyInAnyOrder(Permission.READ, Permission.SEARCH);
  }

  @Test
  void theFileHoldsNothingThatCouldBeSent() throws IOException {
    assertThat(Files.readString(file)).doesNotContain(key.secret());
    assertThat(key.toString()).doesNotContain(key.secret());
    assertRefused(open(), ApiKey.BEGINNING + key.id() + "_" + key.hash(), "CREDENTIALS_INVALID");
  }

  @Test
  void allThatIsWrongWithAKeyIsSaidInTheSameWords() {
    KeyFile keys = open();
    ApiKey stranger = ApiKey.random(new SecureRandom());
    for (String wrong :
        List.of(
            stranger.written(),
            new ApiKey(key.id(), stranger.secret()).written(),
            new ApiKey(stranger.id(), key.secret()).written(),
            key.written() + "x",
            ApiKey.BEGINNING)) {
      assertThatThrownBy(() -> keys.grant(wrong))
          .isInstanceOf(Unauthenticated.class)
          .hasMessage("the key or token is not valid here");
    }
  }

  @Test
  void aKeyCountsUntilItExpires() throws IOException {
    write(entry(key, "reader", Optional.of(NOON.plusSeconds(60))));
    KeyFile keys = open();
    Grant grant = keys.grant(key.written());

    now = NOON.plusSeconds(59);
    assertThat(grant.holds().getAsBoolean()).isTrue();
    now = NOON.plusSeconds(60);
    assertThat(grant.holds().getAsBoolean()).isFalse();
    assertRefused(keys, key.written(), "CREDENTIALS_EXPIRED");
  }

  @Test
  void aKeyIsRotatedByTwoOfOneName() throws IOException {
    KeyFile keys = open();
    ApiKey next = ApiKey.random(new SecureRandom());
    String[] both = {
      entry(key, "reader", Optional.empty()), entry(next, "reader", Optional.empty())
    };

    write(both);
    lookTwice(keys);
    assertThat(keys.grant(next.written()).caller()).isEqualTo(keys.grant(key.written()).caller());

    write(both[1]);
    lookTwice(keys);
    assertRefused(keys, key.written(), "CREDENTIALS_INVALID");
    assertThat(keys.grant(next.written()).caller().principal()).isEqualTo("key:reader");
  }

  @Test
  void whatAKeyGrantedEndsWhenItIsTakenAwayOrChanged() throws IOException {
    KeyFile keys = open();
    Grant grant = keys.grant(key.written());

    write(entry(key, "writer", Optional.empty()));
    lookTwice(keys);

    assertThatThrownBy(grant::requireHolding)
        .isInstanceOfSatisfying(
            Unauthenticated.class,
            failure -> assertThat(failure.reason()).isEqualTo("CREDENTIALS_EXPIRED"));
  }

  @Test
  void aFileThatIsBrokenOrGoneChangesNothing() throws IOException {
    KeyFile keys = open();

    write("id=nonsense");
    lookTwice(keys);
    assertThat(keys.grant(key.written()).caller().tenant()).isEqualTo("acme");

    Files.delete(file);
    lookTwice(keys);
    assertThat(keys.grant(key.written()).caller().tenant()).isEqualTo("acme");
  }

  /** As an editor does that empties the file, and then fills it. */
  @Test
  void aFileThatIsBeingWrittenChangesNothing() throws IOException {
    ApiKey other = ApiKey.random(new SecureRandom());
    String[] both = {entry(other, "a", Optional.empty()), entry(key, "reader", Optional.empty())};
    write(both);
    KeyFile keys = open();
    Grant grant = keys.grant(key.written());

    Files.writeString(file, "");
    keys.look();
    grant.requireHolding();
    write(both[0]);
    keys.look();
    grant.requireHolding();
    write(both);
    lookTwice(keys);

    assertThat(grant.holds().getAsBoolean()).isTrue();
    assertThat(keys.grant(key.written()).caller()).isEqualTo(grant.caller());
  }

  @Test
  void aFileThatStaysEmptyTakesAllKeysAway() throws IOException {
    KeyFile keys = open();
    Files.writeString(file, "");
    lookTwice(keys);
    assertRefused(keys, key.written(), "CREDENTIALS_INVALID");
  }

  @Test
  void aStartWithoutAFileSaysHowToMakeOne() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> new KeyFile(missing, () -> now))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("./sluice key create --file " + missing);
  }

  @Test
  void aBrokenLineIsNamedByItsNumber() {
    String good = entry(key, "reader", Optional.empty());
    assertBroken("# comment\n\n" + good + "\n" + good, "line 4: its id stands in an earlier line");
    assertBroken(good + " extra=1", "line 1: a line is id=…");
    assertBroken(good.replace("tenant=acme ", ""), "line 1: tenant=… is missing");
    assertBroken(good.replace("read", "reed"), "line 1: permissions must be some of search,read,");
    assertBroken(good.replace("name=reader", "name=Rita"), "line 1: name must be 1 to 64");
    assertBroken(good + " expires=tomorrow", "line 1: expires must be as 2027-");
    assertBroken(good.replaceAll("sha256=.*", "sha256=12"), "line 1: sha256 must be 64");
  }

  private static void assertBroken(String text, String problem) {
    assertThatThrownBy(() -> KeyRing.parse(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(problem);
  }
}
