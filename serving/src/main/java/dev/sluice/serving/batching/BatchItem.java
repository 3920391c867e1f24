package dev.sluice.serving.batching;

/**
 * One item of a request in a {@link BatchQueue}.
 *
 * @param <I> the item's input
 * @param <O> its output
 */
final class BatchItem<I, O> implements Comparable<BatchItem<?, ?>> {

  final BatchRequest<I, O> request;
  final int index;
  final I input;
  final int tokens;
  final long sequence;

  /** The item's place in its request, its input and length, and a number that grows by arrival. */
  BatchItem(BatchRequest<I, O> request, int index, I input, int tokens, long sequence) {
    this.request = request;
    this.index = index;
    this.input = input;
    this.tokens = tokens;
    this.sequence = sequence;
  }

  /** Earliest deadline first, then first come first served. */
  @Override
  public int compareTo(BatchItem<?, ?> other) {
    int byDeadline = Long.signum(request.deadline() - other.request.deadline());
    return byDeadline != 0 ? byDeadline : Long.compare(sequence, other.sequence);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
