package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.TokenBudget.Limited;
import dev.sluice.gateway.documents.TokenBudget.Piece;
import dev.sluice.gateway.documents.TokenBudget.Prefix;
import dev.sluice.gateway.v1.Document.Format;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits documents into passages of at most so many tokens, what is read before them included, at
 * the borders of headings, paragraphs, lists, code blocks and sentences, in this order. The
 * passages follow each other and leave out nothing but white space. Any text is split; none is
 * refused.
 */
public final class Chunker {

  /** Changes whenever the same document would be split otherwise. */
  public static final String VERSION = "1";

  /** Tokens of a passage with its header. */
  public static final int DEFAULT_LIMIT = 256;

  private static final int LEAST_LIMIT = 16;

  /** The part of the limit that a header may take: one in so many. */
  private static final int HEADER_SHARE = 4;

  private final TokenBudget budget;
  private final int limit;

  /** Passages of at most {@code limit} tokens, at least {@value #LEAST_LIMIT}. */
  public Chunker(TokenCounter counter, int limit) {
    this(new TokenBudget(counter), limit);
    if (limit < LEAST_LIMIT) {
      throw new IllegalArgumentException("a passage needs at least " + LEAST_LIMIT + " tokens");
    }
  }

  private Chunker(TokenBudget budget, int limit) {
    this.budget = budget;
    this.limit = limit;
  }

  /** This chunker, or one of a lower limit where a model reads less. */
  Chunker atMost(int tokens) {
    return tokens >= limit ? this : new Chunker(budget, Math.max(tokens, LEAST_LIMIT));
  }

  /** The passages in order; one of no text for a title above a blank text. */
  public List<Chunk> split(String title, String text, Format format) {
    List<Chunk> chunks = new ArrayList<>();
    List<Section.Heading> path = List.of();
    Sentences sentences = new Sentences();
    for (TextRange slice : Slices.of(text)) {
      Outline outline = new Outline(path);
      if (format == Format.MARKDOWN) {
        new MarkdownOutline(text, outline).read(slice);
      } else {
        new PlainOutline(text, outline).read(slice);
      }
      addChunks(title, text, outline.sections(), sentences, chunks);
      path = outline.path();
    }
    if (chunks.isEmpty() && !title.isBlank()) {
      String header = budget.prefixes(List.of(title.strip()), limit).getFirst().text();
      chunks.add(new Chunk(0, 0, List.of(), header));
    }
    return chunks;
  }

  private void addChunks(
      String title, String text, List<Section> sections, Sentences sentences, List<Chunk> chunks) {
    List<Header> headers =
        sections.stream().map(section -> new Header(title, section.path())).toList();
    List<Prefix> longest =
        budget.prefixes(headers.stream().map(Header::longest).toList(), limit / HEADER_SHARE);
    Deque<Piece> pieces = pieces(text, sections, longest, sentences);
    for (int i = 0; i < sections.size(); i++) {
      Header header = headers.get(i);
      int left = limit - longest.get(i).cost();
      for (TextRange range : new Packer(text, left, pieces).pack(sections.get(i))) {
        String before = header.before(range, longest.get(i).text().length());
        chunks.add(new Chunk(range.start(), range.end(), header.headings(), before));
      }
    }
  }

  private Deque<Piece> pieces(
      String text, List<Section> sections, List<Prefix> headers, Sentences sentences) {
    int longest = limit * TokenBudget.UNITS_PER_TOKEN;
    List<Limited> ranges = new ArrayList<>();
    for (int i = 0; i < sections.size(); i++) {
      for (Block block : sections.get(i).blocks()) {
        addLeaves(text, block, limit - headers.get(i).cost(), longest, sentences, ranges);
      }
    }
    return new ArrayDeque<>(budget.pieces(text, ranges));
  }

  private static void addLeaves(
      String text, Block block, int limit, int longest, Sentences sentences, List<Limited> ranges) {
    if (block.parts().isEmpty()) {
      for (TextRange range : sentences.split(text, block, longest)) {
        ranges.add(new Limited(range, limit));
      }
    } else {
      for (Block part : block.parts()) {
        addLeaves(text, part, limit, longest, sentences, ranges);
      }
    }
  }
}
