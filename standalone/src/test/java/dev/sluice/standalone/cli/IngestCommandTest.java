package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.gateway.v1.Document;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import dev.sluice.standalone.console.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestCommandTest {

  @TempDir private Path folder;
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
  void aFolderBecomesACollectionOfItsFiles() throws IOException {
    write("notes/b.md", "# Beta\n\nText.");
    write("notes/deep/a.txt", "Alpha.");

    Outcome outcome = ingest(folder.resolve("notes"));

    assertThat(outcome.code()).isZero();
    assertThat(stored()).containsOnlyKeys("notes/b.md", "notes/deep/a.txt");
    assertThat(document("notes/b.md").getTitle()).isEqualTo("Beta");
    assertThat(document("notes/b.md").getFormat()).isEqualTo(Document.Format.MARKDOWN);
    assertThat(document("notes/deep/a.txt").getTitle()).isEqualTo("a.txt");
    assertThat(document("notes/deep/a.txt").getMetadata().getFieldsMap())
        .containsOnlyKeys("path", "content_type");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("docs: 2 created, 0 replaced, 0 unchanged, 0 failed; 4 passages in ");
  }

  @Test
  void theSameFilesAgainAreUnchangedAndAChangedOneIsReplaced() throws IOException {
    write("notes/a.txt", "Alpha.");
    Path changing = write("notes/b.txt", "Beta.");
    ingest(folder.resolve("notes"));
    Files.writeString(changing, "Beta, changed.");

    Outcome outcome = ingest(folder.resolve("notes"));

    assertThat(outcome.err()).contains("0 created, 1 replaced, 1 unchanged, 0 failed");
  }

  @Test
  void aNewCollectionDeclaresTheTypesThatAreGiven() throws IOException {
    String notes = write("notes/a.txt", "Alpha.").toString();
    String[] typed = {
      "ingest",
      notes,
      "-c",
      "typed",
      "--target",
      "localhost:1",
      "--metadata-type",
      "year=number",
      "--metadata-type",
      "a.tags=list_of_string"
    };
    assertThat(sluice.run(typed).code()).isZero();
    assertThat(sluice.gateway.types.get("typed"))
        .isEqualTo(Map.of("year", MetadataType.NUMBER, "a.tags", MetadataType.LIST_OF_STRING));
    assertThat(sluice.run(typed).code()).isZero();
    typed[7] = "year=string";
    Outcome other = sluice.run(typed);
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("declares other types of metadata", "year=NUMBER");
    typed[7] = "year=date";
    assertThat(sluice.run(typed).code()).isEqualTo(2);
  }

  @Test
  void whatIsNoDocumentIsSkippedAndCounted() throws IOException {
    write("notes/a.txt", "Alpha.");
    write("notes/.hidden", "secret");
    write("notes/.git/config", "x");
    write("notes/empty.txt", "");
    Files.write(
        folder.resolve("notes/p.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});

    Outcome outcome = ingest(folder.resolve("notes"));

    assertThat(outcome.code()).isZero();
    assertThat(stored()).containsOnlyKeys("notes/a.txt");
    assertThat(outcome.err()).contains("skipped 4: 1 empty, 2 hidden, 1 image/png");
  }

  @Test
  void aBadCorpusLineIsNamedAndTheRestIsStored() throws IOException {
    Path corpus =
        write(
            "corpus.jsonl",
            """
            {"_id": "1", "title": "One", "text": "First.", "year": 1999}
            {"id": 2, "text": "Second."
            {"title": "No id", "text": "Third."}

            {"id": 4, "title": "Only a title", "text": ""}
            {"id": "5", "text": ["no", "text"]}
            """);

    Outcome outcome = ingest(corpus);

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(stored()).containsOnlyKeys("1", "4");
    assertThat(document("1").getMetadata().getFieldsOrThrow("year").getNumberValue())
        .isEqualTo(1999);
    assertThat(document("4").getText()).isEqualTo("Only a title");
    assertThat(outcome.err())
        .contains(corpus + ":2: not JSON")
        .contains(corpus + ":3: no id")
        .contains(corpus + ":6: the text is not text")
        .contains("2 created, 0 replaced, 0 unchanged, 3 failed");
  }

  @Test
  void aRefusedDocumentIsListedWithTheFieldAndTheOthersAreStored() throws IOException {
    write("notes/a.txt", "REFUSE this.");
    write("notes/b.txt", "Take this.");

    Outcome outcome = ingest(folder.resolve("notes"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(stored()).containsOnlyKeys("notes/b.txt");
    assertThat(outcome.err()).contains("failed: notes/a.txt: document.text: says REFUSE");
  }

  @Test
  void onlyTheFirstFailuresAreListed() throws IOException {
    Path corpus = write("bad.jsonl", "nonsense\n".repeat(50));

    Outcome outcome = ingest(corpus);

    assertThat(outcome.err().lines().filter(line -> line.startsWith("failed: "))).hasSize(21);
    assertThat(outcome.err()).contains("failed: and 30 more").contains("50 failed");
  }

  @Test
  void brokenUnicodeIsReplacedAndSaidOnce() throws IOException {
    Path latin = folder.resolve("latin.txt");
    Files.write(latin, "caf\u00e9 society".getBytes(StandardCharsets.ISO_8859_1));
    Path corpus =
        write("c.jsonl", "{\"id\": \"s\", \"text\": \"lone \\ud800 and nul \\u0000.\"}\n");

    Outcome outcome = ingest(latin, corpus);

    assertThat(outcome.code()).isZero();
    assertThat(document("latin.txt").getText()).isEqualTo("caf\uFFFD society");
    assertThat(document("s").getText()).isEqualTo("lone \uFFFD and nul \uFFFD.");
    assertThat(outcome.err().lines().filter(line -> line.contains("U+FFFD"))).hasSize(1);
    assertThat(outcome.err()).contains("2 sources");
  }

  @Test
  void aFileThatIsTooLargeIsRefusedAndTheOthersAreStored() throws IOException {
    write("notes/a.txt", "Alpha.");
    try (var file = new java.io.RandomAccessFile(folder.resolve("notes/huge.txt").toFile(), "rw")) {
      byte[] line = "All work and no play.\n".repeat(50_000).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 17; i++) {
        file.write(line);
      }
    }

    Outcome outcome = ingest(folder.resolve("notes"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(stored()).containsOnlyKeys("notes/a.txt");
    assertThat(outcome.err()).contains("failed: notes/huge.txt").contains("16 MiB");
  }

  @Test
  void aPathThatIsNotThereFailsAndTheOthersAreStored() throws IOException {
    Path there = write("a.txt", "Alpha.");

    Outcome outcome = ingest(there, folder.resolve("missing.txt"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(stored()).containsOnlyKeys("a.txt");
    assertThat(outcome.err()).contains("there is no " + folder.resolve("missing.txt"));
  }

  @Test
  void nothingToIngestIsAFailureThatMakesNoCollection() throws IOException {
    Files.createDirectory(folder.resolve("empty"));

    Outcome outcome = ingest(folder.resolve("empty"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("nothing to ingest");
    assertThat(sluice.gateway.collections).isEmpty();
  }

  @Test
  void aStreamThatBreaksSaysWhatIsStoredAndWhatToDo() throws IOException {
    for (int i = 0; i < 9; i++) {
      write("notes/" + i + ".txt", "Text " + i);
    }
    sluice.gateway.documentsBeforeFailure = 4;

    Outcome outcome = ingest(folder.resolve("notes"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("4 created")
        .contains("cannot reach localhost:1")
        .contains("run the same command again for the rest");
  }

  @Test
  void manyMoreDocumentsThanMayBeInFlightAreAllStored() throws IOException {
    Outcome outcome = ingest(corpusOf(3000));

    assertThat(outcome.code()).isZero();
    assertThat(stored()).hasSize(3000);
  }

  @Test
  void anInterruptedRunWaitsForWhatItSentAndSaysWhatIsStored() throws IOException {
    Thread command = Thread.currentThread();
    sluice.gateway.beforeDocument =
        index -> {
          if (index == 100) {
            command.interrupt();
          }
        };

    Outcome outcome = ingest(corpusOf(3000));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(stored()).hasSizeBetween(101, 2999);
    assertThat(outcome.err())
        .contains(stored().size() + " created, 0 replaced, 0 unchanged, 0 failed")
        .endsWith("sluice: stopped\n");
  }

  @Test
  void theTerminalsLineIsCleanWhenTheRunIsOver() throws IOException {
    write("notes/a.txt", "Alpha.");

    Outcome outcome =
        sluice.run(
            new Terminal(true, true, 80),
            "ingest",
            folder.resolve("notes").toString(),
            "-c",
            "docs",
            "--target",
            "localhost:1");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).contains("1 created");
  }

  private Path corpusOf(int documents) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < documents; i++) {
      lines.append("{\"id\": \"").append(i).append("\", \"text\": \"Document.\"}\n");
    }
    return write("many.jsonl", lines.toString());
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Outcome ingest(Path... paths) {
    String[] arguments = new String[paths.length + 5];
    arguments[0] = "ingest";
    for (int i = 0; i < paths.length; i++) {
      arguments[i + 1] = paths[i].toString();
    }
    String[] options = {"-c", "docs", "--target", "localhost:1"};
    System.arraycopy(options, 0, arguments, paths.length + 1, options.length);
    return sluice.run(arguments);
  }

  private Map<String, Document> stored() {
    return sluice.gateway.collection("docs");
  }

  private Document document(String id) {
    return stored().getOrDefault(id, Document.getDefaultInstance());
  }
}
