package dev.sluice.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.HostileText;
import dev.sluice.serving.fuzz.MutatedBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of every kind, broken: each becomes documents that can be stored, or is refused. */
class ReaderFuzzTest {

  private static final List<String> NAMES =
      List.of(
          "a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a.doc", "a.rtf", "a.jsonl", "a", "a.png");
  private static final List<String> MARKS =
      List.of(
          "<p>",
          "</p>",
          "<h1>",
          "</h1>",
          "<h2>",
          "<li>",
          "<pre>",
          "</pre>",
          "<table><tr><td>",
          "<!--",
          "<head>",
          "</head>",
          "<title>",
          "<script>",
          "&#x110000;",
          "&#0;",
          "&amp",
          "<br>",
          "<meta charset='utf-16'>",
          "<meta charset='no-such'>",
          "---\n",
          "title: x\n",
          "# ",
          " #",
          "\t",
          "\n",
          "{\"_id\":1,\"text\":",
          "\"a\"}",
          "[[[[",
          "{\\rtf1 ",
          "\\u-1?",
          "}",
          "\\'");

  @TempDir private static Path folder;

  @Test
  void aFileBecomesDocumentsOrIsRefusedInOneLine() throws IOException {
    byte[] pdf = pdf();
    byte[] docx = docx();
    var documents = new FileDocuments(new Notes(), TextLimit.of(Map.of()));
    Fuzz.run("files", 60, random -> read(documents, random, bytes(random, pdf, docx)));
  }

  @Test
  void aTitleIsFoundInAnyMarkdownInLinearTime() {
    Fuzz.run("titles of Markdown", 500, ReaderFuzzTest::title);
  }

  @Test
  void linesOfACorpusAreReadOrRefused() {
    Fuzz.run("lines of a corpus", 3_000, ReaderFuzzTest::lines);
  }

  private static void read(FileDocuments documents, Random random, byte[] bytes) throws Exception {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    Path file = Files.write(folder.resolve(name), bytes);
    List<Item> items = new ArrayList<>();
    documents.read(new SourceFile(file, name, bytes.length, random.nextBoolean()), items::add);
    for (Item item : items) {
      switch (item) {
        case Item.Ready ready -> isStorable(ready.document());
        case Item.Refused refused -> assertThat(refused.reason()).isNotBlank();
        case Item.Skipped skipped -> assertThat(skipped.reason()).isNotBlank();
      }
    }
  }

  private static void isStorable(Document document) {
    assertThat(document.getText()).isNotBlank().doesNotContain("\0");
    for (String text : List.of(document.getId(), document.getTitle(), document.getText())) {
      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
    }
    assertThat(document.getTitle().codePointCount(0, document.getTitle().length()))
        .isLessThanOrEqualTo(Limits.TITLE_CHARACTERS);
  }

  private static byte[] bytes(Random random, byte[] pdf, byte[] docx) {
    return switch (random.nextInt(8)) {
      case 0 -> MutatedBytes.of(random, pdf);
      case 1 -> MutatedBytes.of(random, docx);
      case 2 -> marks(random).getBytes(Charset.forName("UTF-16"));
      case 3 -> MutatedBytes.of(random, marks(random).getBytes(StandardCharsets.UTF_8));
      default -> marks(random).getBytes(StandardCharsets.UTF_8);
    };
  }

  private static String marks(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "<html>" : "");
    for (int i = random.nextInt(30); i >= 0; i--) {
      String mark = MARKS.get(random.nextInt(MARKS.size()));
      switch (random.nextInt(8)) {
        case 0 -> text.append(mark.repeat(random.nextInt(2000)));
        case 1, 2 -> text.append(HostileText.of(random));
        default -> text.append(mark);
      }
    }
    return text.toString();
  }

  static void title(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "---\n" : "");
    for (int i = random.nextInt(6); i >= 0; i--) {
      String part =
          random.nextInt(3) == 0 ? HostileText.of(random) : MARKS.get(random.nextInt(MARKS.size()));
      text.append(
          part.repeat(random.nextInt(4) == 0 ? random.nextInt(20_000 / (1 + part.length())) : 1));
    }
    assertThat(TextTitle.ofMarkdown(text.toString(), "otherwise")).doesNotContain("\n");
  }

  static void lines(Random random) throws IOException {
    byte[] bytes = MutatedBytes.of(random, corpus(random).getBytes(StandardCharsets.UTF_8));
    int last = 0;
    try (JsonLines lines = JsonLines.of(new ByteArrayInputStream(bytes), 500)) {
      for (JsonLine line = lines.next(); line != null; line = lines.next()) {
        assertThat(line.number()).isEqualTo(++last);
        record(line);
      }
    }
  }

  private static void record(JsonLine line) {
    try {
      CorpusRecord record = CorpusRecord.parse(line);
      assertThat(record.id()).isNotBlank();
      JsonMetadata.of(record.others());
    } catch (CorpusRecord.Malformed refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static String corpus(Random random) {
    StringBuilder corpus = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      corpus.append("{\"_id\":\"").append(i).append("\",\"title\":\"t\",\"text\":\"");
      corpus.append(HostileText.of(random).replace("\n", " ")).append("\",\"n\":");
      corpus.append("[".repeat(random.nextInt(3) == 0 ? random.nextInt(90) : 0)).append("1e");
      corpus.append(random.nextInt(400)).append("}\n");
    }
    return corpus.toString();
  }

  private static byte[] pdf() throws IOException {
    var out = new ByteArrayOutputStream();
    try (PDDocument pdf = new PDDocument()) {
      PDPage page = new PDPage();
      pdf.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.beginText();
        content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
        content.showText("The lease ends in May.");
        content.endText();
      }
      pdf.save(out);
    }
    return out.toByteArray();
  }

  private static byte[] docx() throws IOException {
    var out = new ByteArrayOutputStream();
    try (XWPFDocument docx = new XWPFDocument()) {
      docx.createParagraph().createRun().setText("The lease ends in May.");
      docx.write(out);
    }
    return out.toByteArray();
  }
}
