package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SluiceTest {

  private CommandLineFixture sluice;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  @Test
  void withoutACommandItShowsTheCommandsAndFailsAsWrongUsage() {
    Outcome outcome = sluice.run();

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("up", "ingest", "delete", "search", "ask", "eval", "demo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "ingest", "delete", "search", "ask", "eval", "demo"})
  void everyCommandExplainsItselfWithAnExample(String command) {
    Outcome outcome = sluice.run(command, "--help");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("Usage: sluice " + command, "Example", "--help");
    assertThat(outcome.out()).doesNotContain("--debug");
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "search --version"})
  void theVersionIsAnAnswer(String line) {
    Outcome outcome = sluice.run(line.split(" "));

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).startsWith("sluice ").contains("Java");
  }

  @Test
  void anUnknownCommandIsWrongUsageAndTheNearestOneIsNamed() {
    Outcome outcome = sluice.run("serch", "x");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("serch").contains("search");
  }

  @Test
  void anUnknownOptionIsWrongUsageAndPointsToTheHelp() {
    Outcome outcome = sluice.run("search", "x", "-c", "docs", "--fast");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--fast").contains("Try: sluice search --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "host:0", "host:70000", ":80", "a b:80", "http://host:80"})
  void aTargetThatIsNoAddressIsWrongUsage(String target) {
    Outcome outcome = sluice.run("search", "x", "-c", "docs", "--target", target);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--target");
  }

  @Test
  void anApiKeyDoesNotTravelUnencryptedToAnotherMachine() {
    Outcome outcome =
        sluice.run(
            "search", "x", "-c", "docs", "--target", "example.org:443", "--api-key-file", "key");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("unencrypted").contains("--tls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.org:443", "[2001:db8::1]:443"})
  void nothingTravelsUnencryptedToAnotherMachineUnlessThatIsChosen(String target) {
    sluice.gateway.collections.put("docs", new java.util.HashMap<>());

    Outcome outcome = sluice.run("search", "x", "-c", "docs", "--target", target);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("unencrypted to " + target)
        .contains("--tls or --tls-ca", "SLUICE_ALLOW_PLAINTEXT=true");
    assertThat(sluice.run("search", "x", "-c", "docs", "--target", target, "--tls").code())
        .isZero();
  }

  @Test
  void targetAndDataDirectoryExcludeEachOther() {
    Outcome outcome = sluice.run("search", "x", "-c", "docs", "--target", "a:1", "--data", "d");

    assertThat(outcome.code()).isEqualTo(2);
  }

  @Test
  void anErrorOfItsOwnIsOneLineWithoutAStackTrace() {
    sluice.gateway.answer =
        request -> {
          throw new IllegalArgumentException("boom");
        };
    sluice.gateway.collections.put("docs", new java.util.HashMap<>());

    Outcome outcome = sluice.run("ask", "why?", "-c", "docs", "--target", "localhost:1");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).doesNotContain("\tat ");
  }

  @Test
  void debugShowsTheStackTrace() {
    Outcome outcome = sluice.run("search", "x", "-c", "docs", "--target", "localhost:1", "--debug");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("\tat ");
  }

  @Test
  void upSaysWhereEverythingListensAndThatItIsReady() {
    Outcome outcome = sluice.run("up", "--data", "here");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("gateway localhost:7400").containsPattern("ready after \\d");
    assertThat(sluice.launcher.starts)
        .containsExactly(new FakeLauncher.Start(Path.of("here").toAbsolutePath(), false));
    assertThat(sluice.launcher.closed).isEqualTo(1);
  }

  @Test
  void upThatIsInterruptedStopsTheCluster() {
    sluice.launcher.interrupts = true;

    assertThat(sluice.run("up").code()).isZero();
    assertThat(sluice.launcher.closed).isEqualTo(1);
  }

  @Test
  void upThatCannotStartSaysWhy() {
    sluice.launcher.refusal = java.util.Optional.of("~/.sluice belongs to process 12: stop it");

    Outcome outcome = sluice.run("up");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).isEqualTo("sluice: ~/.sluice belongs to process 12: stop it\n");
  }
}
