package dev.sluice.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Document.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDocumentsTest {

  @TempDir private Path folder;
  private final Notes notes = new Notes();
  private FileDocuments documents = new FileDocuments(notes, TextLimit.of(Map.of()));

  @Test
  void aPageOfHtmlKeepsItsHeadingsAndLosesItsScripts() throws Exception {
    Document page =
        document(
            "page.html",
            """
            <html><head><title>The lease</title><style>p {color: red}</style></head>
            <body><h1>Lease</h1><p>It ends
            in <b>May</b>.</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul>
            <h2>Rent</h2><table><tr><td>flat</td><td>100</td></tr></table></body></html>
            """);

    assertThat(page.getTitle()).isEqualTo("The lease");
    assertThat(page.getFormat()).isEqualTo(Format.MARKDOWN);
    assertThat(page.getText())
        .isEqualTo("# Lease\n\nIt ends in May.\n\n- one\n- two\n\n## Rent\n\nflat 100");
    assertThat(page.getMetadata().getFieldsOrThrow("content_type").getStringValue())
        .isEqualTo("text/html");
  }

  @Test
  void htmlIsReadInTheEncodingThatItHas() throws Exception {
    assertThat(document("utf8.html", "<html><body><p>café 🙂</p></body></html>").getText())
        .isEqualTo("café 🙂");
    assertThat(
            document(
                    "old.html",
                    "<html><body><p>café</p></body></html>"
                        .getBytes(Charset.forName("windows-1252")))
                .getText())
        .isEqualTo("café");
    assertThat(
            document(
                    "said.html",
                    "<html><head><meta charset='iso-8859-7'></head><body><p>αβγ</p></body></html>"
                        .getBytes(Charset.forName("iso-8859-7")))
                .getText())
        .isEqualTo("αβγ");
  }

  @Test
  void aPdfGivesItsTextAndItsTitle() throws Exception {
    Document pdf = document("paper.pdf", pdf("The lease ends in May."));

    assertThat(pdf.getText()).isEqualTo("The lease ends in May.");
    assertThat(pdf.getTitle()).isEqualTo("A paper");
    assertThat(pdf.getFormat()).isEqualTo(Format.PLAIN_TEXT);
    assertThat(pdf.getMetadata().getFieldsOrThrow("content_type").getStringValue())
        .isEqualTo("application/pdf");
  }

  @Test
  void anOfficeDocumentKeepsItsHeadings() throws Exception {
    Document docx = document("letter.docx", docx());

    assertThat(docx.getText()).contains("The lease ends in May.");
    assertThat(docx.getMetadata().getFieldsOrThrow("content_type").getStringValue())
        .startsWith("application/vnd.openxmlformats-officedocument.wordprocessingml");
  }

  @Test
  void aPdfThatCallsItselfTextIsReadAsAPdfAndNoted() throws Exception {
    assertThat(document("paper.txt", pdf("The lease ends in May.")).getText())
        .isEqualTo("The lease ends in May.");
    assertThat(notes.lines())
        .containsExactly(
            "paper.txt is application/pdf: not what the ending says, read as what it is");
  }

  @Test
  void aTextThatCallsItselfPdfIsReadAsTextAndNoted() throws Exception {
    assertThat(document("fake.pdf", "Plain words in lines.\n").getText())
        .isEqualTo("Plain words in lines.\n");
    assertThat(notes.lines()).hasSize(1);
  }

  @Test
  void aBrokenPdfIsRefusedInOneLine() throws Exception {
    byte[] whole = pdf("The lease ends in May.");

    Item.Refused refused = refused("broken.pdf", java.util.Arrays.copyOf(whole, whole.length / 3));

    assertThat(refused.name()).isEqualTo("broken.pdf");
    assertThat(refused.reason()).containsAnyOf("it is broken", "it has no text");
  }

  @Test
  void noiseThatCallsItselfADocumentIsRefused() throws Exception {
    byte[] noise = new byte[4096];
    new java.util.Random(7).nextBytes(noise);

    assertThat(refused("noise.pdf", noise).reason()).startsWith("it is broken");
    assertThat(refused("noise.docx", noise).reason()).startsWith("it is broken");
    assertThat(refused("noise.md", noise).reason()).startsWith("it is not what its ending says");
  }

  @Test
  void aPdfWithoutTextSaysSo() throws Exception {
    assertThat(refused("scan.pdf", pdf("")).reason()).contains("no text").contains("OCR");
  }

  @Test
  void markdownThatBeginsWithHtmlStaysMarkdown() throws Exception {
    String text = "<p align=\"center\"><img src=\"x.png\"></p>\n\n# Readme\n\nWords.\n";

    Document page = document("README.md", text);

    assertThat(page.getText()).isEqualTo(text);
    assertThat(page.getFormat()).isEqualTo(Format.MARKDOWN);
    assertThat(page.getTitle()).isEqualTo("Readme");
  }

  @Test
  void frontMatterNamesAPage() throws Exception {
    assertThat(
            document("p.md", "---\nweight: 3\ntitle: \"Health checks\"\n---\n\n# Other\n")
                .getTitle())
        .isEqualTo("Health checks");
  }

  /** Found by fuzzing: a regular expression over all lines overflowed the stack. */
  @Test
  void thousandsOfLinesAfterARuleAreNoFrontMatterAndNoTrouble() throws Exception {
    assertThat(document("p.md", "---\n" + "line\n".repeat(12_000) + "# One ##\n").getTitle())
        .isEqualTo("One");
    assertThat(document("q.md", "#" + " ".repeat(60_000) + "x" + " #".repeat(2_000)).getTitle())
        .startsWith("x #");
  }

  @Test
  void aFewNulsDoNotMakeATextBinary() throws Exception {
    assertThat(document("log.txt", "A line with a \0 in it, and more words around.\n").getText())
        .isEqualTo("A line with a \uFFFD in it, and more words around.\n");
    assertThat(notes.lines()).hasSize(1);
  }

  @Test
  void theWayOutOfAnArchiveOrPictureIsToSkipItUnlessItWasNamed() throws Exception {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
    Path file = Files.write(folder.resolve("p.png"), png);

    assertThat(read(new SourceFile(file, "p.png", png.length, false)))
        .containsExactly(new Item.Skipped("image/png", png.length));
    assertThat(read(new SourceFile(file, "p.png", png.length, true)).getFirst())
        .isInstanceOf(Item.Refused.class);
  }

  @Test
  void aTextMayBeAsLongAsTheGatewayTakesIt() throws Exception {
    String line = "All work and no play.\n";
    String text = line.repeat((17 << 20) / line.length());
    String json = "{\"id\": \"a\", \"text\": \"" + text.strip().replace("\n", "\\n") + "\"}\n";
    String page = "<html><body><p>" + "word ".repeat((17 << 20) / 5) + "</p></body></html>";
    Map<String, String> files = Map.of("a.txt", text, "a.jsonl", json, "a.html", page);
    for (String name : files.keySet()) {
      byte[] bytes = files.getOrDefault(name, "").getBytes(StandardCharsets.UTF_8);
      documents = new FileDocuments(notes, TextLimit.of(Map.of()));
      assertThat(refused(name, bytes).reason()).contains("16 MiB, SLUICE_GATEWAY_MAX_DOCUMENT_MIB");

      documents = new FileDocuments(notes, new TextLimit(18 << 20));
      assertThat(item(name, bytes)).as(name).isInstanceOf(Item.Ready.class);
    }
  }

  private Document document(String name, String text) throws Exception {
    return document(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Document document(String name, byte[] bytes) throws Exception {
    Item item = item(name, bytes);
    assertThat(item).isInstanceOf(Item.Ready.class);
    return ((Item.Ready) item).document();
  }

  private Item.Refused refused(String name, byte[] bytes) throws Exception {
    Item item = item(name, bytes);
    assertThat(item).isInstanceOf(Item.Refused.class);
    return (Item.Refused) item;
  }

  private Item item(String name, byte[] bytes) throws Exception {
    Path file = Files.write(folder.resolve(name), bytes);
    List<Item> items = read(new SourceFile(file, name, bytes.length, false));
    assertThat(items).hasSize(1);
    return items.getFirst();
  }

  private List<Item> read(SourceFile file) throws InterruptedException {
    List<Item> items = new ArrayList<>();
    documents.read(file, items::add);
    return items;
  }

  private static byte[] pdf(String text) throws IOException {
    try (PDDocument pdf = new PDDocument()) {
      PDPage page = new PDPage();
      pdf.addPage(page);
      pdf.getDocumentInformation().setTitle("A paper");
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.beginText();
        content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
        content.newLineAtOffset(50, 700);
        content.showText(text);
        content.endText();
      }
      return bytes(pdf::save);
    }
  }

  private static byte[] docx() throws IOException {
    try (XWPFDocument docx = new XWPFDocument()) {
      XWPFParagraph paragraph = docx.createParagraph();
      paragraph.createRun().setText("The lease ends in May.");
      return bytes(docx::write);
    }
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writing.to(out);
    return out.toByteArray();
  }
}
