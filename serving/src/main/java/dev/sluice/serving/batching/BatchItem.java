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

  /** Whether a replica that could not be reached gave it back, guarded as the scheduler is. */
  boolean retried;

  /** The item's place in its request, its input and its length. */
  BatchItem(BatchRequest<I, O> request, int index, I input, int tokens) {
    this.request = request;
    this.index = index;
    this.input = input;
    this.tokens = tokens;
  }

  /** As their requests, then by their place in the request. */
  @Override
  public int compareTo(BatchItem<?, ?> other) {
    int byRequest = request.compareTo(other.request);
    return byRequest != 0 ? byRequest : Integer.compare(index, other.index);
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
