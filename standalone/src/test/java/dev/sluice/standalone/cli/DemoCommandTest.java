package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.CitationSource.Verification;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  @TempDir private Path project;
  private CommandLineFixture sluice;
  private String root = "";

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    root = System.getProperty("sluice.root", "");
    System.setProperty("sluice.root", project.toString());
    Files.writeString(project.resolve("README.md"), "# Sluice\n\nAnswers.");
    Files.createDirectory(project.resolve("docs"));
    Files.writeString(project.resolve("docs/store.md"), "# Store\n\nIt survives.");
  }

  @AfterEach
  void stop() {
    System.setProperty("sluice.root", root);
    sluice.close();
  }

  @Test
  void theProjectsOwnPagesAreStoredAndAskedAbout() {
    sluice.gateway.answer =
        request ->
            new Answers()
                .found("docs/store.md", "Store")
                .text("It survives.")
                .cite(0, 12, "docs/store.md", "It survives.")
                .supported(0.9);

    Outcome outcome = sluice.run("demo");

    assertThat(outcome.code()).isZero();
    assertThat(sluice.gateway.collection("demo")).containsOnlyKeys("README.md", "docs/store.md");
    assertThat(outcome.out())
        .startsWith(DemoCommand.QUESTION + "\n\nIt survives. [1]\n")
        .contains("[1] docs/store.md (Store), exact\n    \"It survives.\"")
        .contains("rerank  completed");
    assertThat(sluice.launcher.starts.getFirst().freePorts()).isTrue();
    assertThat(sluice.launcher.starts.getFirst().dataDirectory()).doesNotExist();
    assertThat(sluice.launcher.closed).isEqualTo(1);
  }

  @Test
  void anAbstentionIsAFailureOfTheDemo() {
    sluice.gateway.answer = request -> new Answers().abstained(0.1);

    Outcome outcome = sluice.run("demo");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("the demo got no answer");
    assertThat(sluice.launcher.closed).isEqualTo(1);
  }

  @Test
  void anAnswerWithoutAnExactCitationIsAFailureOfTheDemo() {
    sluice.gateway.answer =
        request ->
            new Answers()
                .text("It survives.")
                .cite(0, 12, "docs/store.md", "it survives", Verification.NORMALIZED)
                .supported(0.9);

    assertThat(sluice.run("demo").code()).isEqualTo(1);
  }
}
