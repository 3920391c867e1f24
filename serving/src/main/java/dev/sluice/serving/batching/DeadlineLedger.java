package dev.sluice.serving.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many tokens are due by a time: a sorted list of deadlines with their tokens, kept in blocks
 * that know their sums, so that adding, taking away and summing up cost one walk over the blocks.
 * Deadlines are {@code System.nanoTime} and compared by their difference.
 */
final class DeadlineLedger {

  private static final int BLOCK = 128;

  private final List<Block> blocks = new ArrayList<>();
  private long total;

  /** Neighbouring deadlines, ascending, each once. */
  private static final class Block {
    private final long[] deadlines = new long[BLOCK];
    private final long[] tokens = new long[BLOCK];
    private int size;
    private long sum;

    /** Position of the first deadline at or after this one. */
    int position(long deadline) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (deadlines[middle] - deadline < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    boolean isFull() {
      return size == BLOCK;
    }

    boolean endsBefore(long deadline) {
      return deadlines[size - 1] - deadline < 0;
    }

    void add(long deadline, long amount) {
      int at = position(deadline);
      if (at == size || deadlines[at] != deadline) {
        insert(at, deadline);
      }
      tokens[at] += amount;
      sum += amount;
      if (tokens[at] == 0) {
        delete(at);
      }
    }

    private void insert(int at, long deadline) {
      System.arraycopy(deadlines, at, deadlines, at + 1, size - at);
      System.arraycopy(tokens, at, tokens, at + 1, size - at);
      deadlines[at] = deadline;
      tokens[at] = 0;
      size++;
    }

    private void delete(int at) {
      System.arraycopy(deadlines, at + 1, deadlines, at, size - at - 1);
      System.arraycopy(tokens, at + 1, tokens, at, size - at - 1);
      size--;
    }

    long upTo(long deadline) {
      long due = 0;
      for (int i = 0; i < size && deadlines[i] - deadline <= 0; i++) {
        due += tokens[i];
      }
      return due;
    }

    Block splitUpper() {
      Block upper = new Block();
      int from = size / 2;
      upper.size = size - from;
      System.arraycopy(deadlines, from, upper.deadlines, 0, upper.size);
      System.arraycopy(tokens, from, upper.tokens, 0, upper.size);
      upper.sum = Arrays.stream(upper.tokens, 0, upper.size).sum();
      size = from;
      sum -= upper.sum;
      return upper;
    }
  }

  /** Adds tokens that are due at a time, or takes them away when the amount is negative. */
  void add(long deadline, long amount) {
    if (amount == 0) {
      return;
    }
    total += amount;
    int at = blockFor(deadline);
    Block block = blocks.get(at);
    block.add(deadline, amount);
    if (block.size == 0) {
      blocks.remove(at);
    } else if (block.isFull()) {
      blocks.add(at + 1, block.splitUpper());
    }
  }

  private int blockFor(long deadline) {
    for (int i = 0; i < blocks.size(); i++) {
      if (!blocks.get(i).endsBefore(deadline)) {
        return i;
      }
    }
    if (blocks.isEmpty()) {
      blocks.add(new Block());
    }
    return blocks.size() - 1;
  }

  /** Tokens that are due by then, that very moment included. */
  long dueBy(long deadline) {
    long due = 0;
    for (Block block : blocks) {
      if (!block.endsBefore(deadline)) {
        return due + block.upTo(deadline);
      }
      due += block.sum;
    }
    return due;
  }

  long total() {
    return total;
  }
}
