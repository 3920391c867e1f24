package dev.sluice.generate.extractive;

import dev.sluice.generate.extractive.Unit.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads a passage of Markdown or plain text into units, line by line: paragraphs become sentences,
 * each list item and each table row stands alone, headings and code are told apart.
 */
final class Units {

  private static final Pattern LINK =
      Pattern.compile("!?\\[[^\\[\\]]{0,1000}+](?:\\([^()]{0,1000}+\\)|\\[[^\\[\\]]{0,1000}+])?");
  private static final Pattern BREAK = Pattern.compile("[\\n\\r\\u000B\\f\\u0085\\u2028\\u2029]");
  private static final Pattern ENDED = Pattern.compile(".*[.!?:;,]");
  private static final int FENCE = 3;
  private static final int FEWEST_WORDS = 3;
  private static final Span NONE = new Span(0, 0);

  private final String text;
  private final List<Unit> units = new ArrayList<>();
  private Span paragraph = NONE;
  private int paragraphLines;
  private Kind paragraphKind = Kind.SENTENCE;
  private String fence = "";
  private int fenceStart;
  private boolean inTable;

  private Units(String text) {
    this.text = text;
  }

  /** The units of a passage, in order. */
  static List<Unit> of(String text) {
    Units units = new Units(text);
    List<Line> lines = Line.of(text);
    int body = frontMatter(lines);
    if (body > 0) {
      units.add(new Span(0, lines.get(body - 1).span().end()), Kind.CODE);
    }
    for (int i = body; i < lines.size(); i++) {
      boolean tableFollows = i + 1 < lines.size() && lines.get(i + 1).isDelimiter();
      units.read(lines.get(i), tableFollows);
    }
    return units.finish();
  }

  /** Lines of YAML between two rules at the very beginning, rules included; 0 without any. */
  private static int frontMatter(List<Line> lines) {
    if (lines.isEmpty() || !lines.getFirst().content().strip().equals("---")) {
      return 0;
    }
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).content().strip().equals("---")) {
        return i + 1;
      }
    }
    return 0;
  }

  private List<Unit> finish() {
    endParagraph();
    if (!fence.isEmpty()) {
      add(new Span(fenceStart, text.length()), Kind.CODE);
    }
    return List.copyOf(units);
  }

  private void read(Line line, boolean tableFollows) {
    if (!fence.isEmpty()) {
      closeFence(line);
    } else if (line.isBlank()) {
      endParagraph();
      inTable = false;
    } else if (line.isFence()) {
      endParagraph();
      fence = line.content().substring(0, FENCE);
      fenceStart = line.span().start();
    } else if (line.isHeading()) {
      endParagraph();
      add(line.span(), Kind.HEADING);
    } else if (line.isRule()) {
      endParagraph(underlinesHeading());
    } else if (isRow(line, tableFollows)) {
      endParagraph();
      row(line);
    } else {
      prose(line);
    }
  }

  private void closeFence(Line line) {
    if (line.content().startsWith(fence)) {
      add(new Span(fenceStart, line.span().end()), Kind.CODE);
      fence = "";
    }
  }

  private boolean isRow(Line line, boolean tableFollows) {
    return line.content().startsWith("|")
        || line.isDelimiter()
        || (line.hasCells() && (inTable || tableFollows));
  }

  private void row(Line line) {
    inTable = true;
    if (!line.isDelimiter()) {
      add(line.span(), Kind.TABLE_ROW);
    } else if (!units.isEmpty() && units.getLast().kind() != Kind.HEADING) {
      units.add(new Unit(units.removeLast().span(), Kind.HEADING));
    }
  }

  private void prose(Line line) {
    int item = line.itemStart(text);
    if (item >= 0) {
      endParagraph();
      begin(new Span(item, line.span().end()), Kind.LIST_ITEM);
    } else if (paragraph.isEmpty()) {
      begin(line.span(), Kind.SENTENCE);
    } else {
      paragraph = new Span(paragraph.start(), line.span().end());
      paragraphLines++;
    }
  }

  private void begin(Span span, Kind kind) {
    paragraph = span;
    paragraphKind = kind;
    paragraphLines = 1;
  }

  /** Whether the rule that follows the paragraph makes it a heading: one line, not a sentence. */
  private boolean underlinesHeading() {
    return paragraphLines == 1
        && paragraphKind == Kind.SENTENCE
        && !ENDED.matcher(paragraph.trimmed(text).of(text)).matches();
  }

  private void endParagraph() {
    endParagraph(false);
  }

  private void endParagraph(boolean heading) {
    if (paragraph.isEmpty()) {
      return;
    }
    if (heading) {
      add(paragraph, Kind.HEADING);
    } else {
      String line = BREAK.matcher(paragraph.of(text)).replaceAll(" ");
      for (Span sentence : Sentences.of(line)) {
        add(sentence.shifted(paragraph.start()), paragraphKind);
      }
    }
    paragraph = NONE;
    paragraphLines = 0;
  }

  private void add(Span span, Kind kind) {
    Span trimmed = span.trimmed(text);
    if (!trimmed.isEmpty()) {
      units.add(new Unit(trimmed, kind.quotable() && !says(trimmed) ? Kind.FRAGMENT : kind));
    }
  }

  private boolean says(Span span) {
    return Words.of(LINK.matcher(span.of(text)).replaceAll(" ")).size() >= FEWEST_WORDS;
  }
}
