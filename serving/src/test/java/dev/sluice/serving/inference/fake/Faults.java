package dev.sluice.serving.inference.fake;

import io.grpc.Status;

/** Says of each call what goes wrong with it. */
@FunctionalInterface
public interface Faults {

  Fault of(TokenBatch batch);

  static Faults none() {
    return batch -> Fault.NONE;
  }

  static Faults always(Fault fault) {
    return batch -> fault;
  }

  /** A batch with this token in it fails. */
  static Faults poison(long token) {
    return poison(token, new Fault.Refusal(Status.INTERNAL.withDescription("index out of range")));
  }

  /** Something goes wrong with a batch that has this token in it. */
  static Faults poison(long token, Fault fault) {
    return batch ->
        batch.rows().stream().anyMatch(row -> contains(row, token)) ? fault : Fault.NONE;
  }

  private static boolean contains(long[] row, long token) {
    for (long id : row) {
      if (id == token) {
        return true;
      }
    }
    return false;
  }

  /** A batch of more tokens than this, padding counted, does not fit into memory. */
  static Faults memory(long paddedTokens) {
    var refusal =
        new Fault.Refusal(
            Status.INTERNAL.withDescription("CUDA error: out of memory while running 'model'"));
    return batch -> batch.paddedTokens() > paddedTokens ? refusal : Fault.NONE;
  }
}
