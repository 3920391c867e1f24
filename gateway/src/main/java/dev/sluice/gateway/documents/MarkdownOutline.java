package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.Block.Kind;
import dev.sluice.gateway.documents.Section.Heading;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.parser.SourceLines;

/**
 * Finds the blocks of Markdown by CommonMark's rules. Reads block structure alone: what is
 * emphasised or linked does not matter here and could take long on odd input.
 */
final class MarkdownOutline {

  private static final int DEEPEST = 8;
  private static final int LONGEST_HEADING = 256;

  private static final Parser BLOCKS =
      Parser.builder()
          .includeSourceSpans(IncludeSourceSpans.BLOCKS)
          .maxOpenBlockParsers(32)
          .inlineParserFactory(context -> MarkdownOutline::keepHeadingText)
          .build();

  private final String text;
  private final Outline outline;

  MarkdownOutline(String text, Outline outline) {
    this.text = text;
    this.outline = outline;
  }

  private static void keepHeadingText(SourceLines lines, Node node) {
    if (node instanceof org.commonmark.node.Heading) {
      node.appendChild(new Text(lines.getContent()));
    }
  }

  /** Adds the blocks of a range that begins at the beginning of a line. */
  void read(TextRange slice) {
    int body = slice.start() == 0 ? Math.min(FrontMatter.end(text), slice.end()) : slice.start();
    if (body > slice.start()) {
      outline.add(Block.leaf(slice.start(), body, Kind.HEADING));
    }
    TextRange range = new TextRange(body, slice.end());
    Node document = BLOCKS.parse(range.of(text));
    List<Node> nodes = children(document);
    List<TextRange> ranges = ranges(nodes, range, range.start());
    for (int i = 0; i < ranges.size(); i++) {
      add(nodes.get(i), ranges.get(i), range.start());
    }
    if (nodes.isEmpty()) {
      outline.add(Block.leaf(range.start(), range.end(), Kind.PROSE));
    }
  }

  private void add(Node node, TextRange range, int offset) {
    if (node instanceof org.commonmark.node.Heading heading) {
      Block block = Block.leaf(range.start(), range.end(), Kind.HEADING);
      String name = headingText(heading);
      outline.heading(new Heading(name, heading.getLevel(), range.start()), block);
    } else {
      outline.add(block(node, range, offset, 0));
    }
  }

  private static String headingText(org.commonmark.node.Heading heading) {
    String source = heading.getFirstChild() instanceof Text text ? text.getLiteral() : "";
    String oneLine = HeadingText.plain(source).replaceAll("\\s+", " ").strip();
    return TextCuts.prefix(oneLine, LONGEST_HEADING);
  }

  private static Block block(Node node, TextRange range, int offset, int depth) {
    if (node instanceof ThematicBreak) {
      return Block.leaf(range.start(), range.end(), Kind.HEADING);
    }
    if (node instanceof FencedCodeBlock || node instanceof IndentedCodeBlock) {
      return Block.leaf(range.start(), range.end(), Kind.CODE);
    }
    List<Node> nodes = depth < DEEPEST ? children(node) : List.of();
    List<TextRange> ranges = ranges(nodes, range, offset);
    List<Block> parts = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      parts.add(block(nodes.get(i), ranges.get(i), offset, depth + 1));
    }
    return new Block(range, Kind.PROSE, parts);
  }

  /** The child blocks that say where they begin. */
  private static List<Node> children(Node parent) {
    List<Node> children = new ArrayList<>();
    int last = -1;
    for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
      List<SourceSpan> spans = child.getSourceSpans();
      if (child instanceof org.commonmark.node.Block
          && !spans.isEmpty()
          && spans.getFirst().getInputIndex() > last) {
        children.add(child);
        last = spans.getFirst().getInputIndex();
      }
    }
    return children;
  }

  /** One range for each node, from its beginning to the next one's, which together cover all. */
  private static List<TextRange> ranges(List<Node> nodes, TextRange all, int offset) {
    List<TextRange> ranges = new ArrayList<>();
    int start = all.start();
    for (int i = 0; i < nodes.size(); i++) {
      int end =
          i + 1 < nodes.size()
              ? offset + nodes.get(i + 1).getSourceSpans().getFirst().getInputIndex()
              : all.end();
      ranges.add(new TextRange(start, end));
      start = end;
    }
    return ranges;
  }
}
