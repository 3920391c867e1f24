package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.TokenBudget.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Packs the blocks of one section greedily into passages of at most a limit: a block stays whole
 * where it fits, a heading stays with what follows it.
 */
final class Packer {

  private final String text;
  private final int limit;
  private final Deque<Piece> pieces;
  private final List<TextRange> passages = new ArrayList<>();
  private int start;
  private int end;
  private int cost;
  private boolean onlyHeadings = true;

  /** The pieces are those of the section, in order, and more; its own ones are taken out. */
  Packer(String text, int limit, Deque<Piece> pieces) {
    this.text = text;
    this.limit = limit;
    this.pieces = pieces;
  }

  List<TextRange> pack(Section section) {
    section.blocks().forEach(this::add);
    flush();
    return passages;
  }

  private void add(Block block) {
    Deque<Piece> own = new ArrayDeque<>();
    while (!pieces.isEmpty() && pieces.peekFirst().range().start() < block.range().end()) {
      own.addLast(pieces.removeFirst());
    }
    add(block, own);
  }

  private void add(Block block, Deque<Piece> own) {
    int whole = own.stream().mapToInt(Piece::cost).sum();
    if (cost + whole > limit && whole <= limit && !onlyHeadings) {
      flush();
    }
    if (cost + whole <= limit || block.parts().isEmpty()) {
      own.forEach(this::add);
    } else {
      for (Block part : block.parts()) {
        Deque<Piece> of = new ArrayDeque<>();
        while (!own.isEmpty() && own.peekFirst().range().start() < part.range().end()) {
          of.addLast(own.removeFirst());
        }
        add(part, of);
      }
    }
    onlyHeadings &= block.kind() == Block.Kind.HEADING;
  }

  private void add(Piece piece) {
    boolean tooFar = piece.range().end() - start > limit * TokenBudget.UNITS_PER_TOKEN;
    if (cost + piece.cost() > limit || (tooFar && end > start)) {
      flush();
    }
    if (end == start) {
      start = piece.range().start();
    }
    end = piece.range().end();
    cost += piece.cost();
  }

  private void flush() {
    if (end > start) {
      passages.add(new TextRange(start, end).trimmed(text));
    }
    start = end;
    cost = 0;
    onlyHeadings = true;
  }
}
