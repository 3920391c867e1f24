package dev.sluice.generate.admission;

import java.util.LinkedHashSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The streams that wait, in the order in which they are to start, and the sum of their work. */
final class WaitingLine {

  private final TreeSet<TokenStream> streams = new TreeSet<>();
  private final LinkedHashSet<TokenStream> byArrival = new LinkedHashSet<>();
  private Load load = Load.NONE;

  /**
   * Work that starts before a stream.
   *
   * @param all of everybody
   * @param own of the stream's tenant
   */
  record Ahead(Load all, Load own) {}

  void add(TokenStream stream) {
    streams.add(stream);
    byArrival.add(stream);
    load = load.plus(stream.load());
  }

  /** Takes a stream out, if it is there. */
  void remove(TokenStream stream) {
    if (streams.remove(stream)) {
      byArrival.remove(stream);
      load = load.minus(stream.load());
    }
  }

  @Nullable TokenStream first() {
    return streams.isEmpty() ? null : streams.getFirst();
  }

  /** The one that waits longest. */
  @Nullable TokenStream oldest() {
    return byArrival.isEmpty() ? null : byArrival.getFirst();
  }

  /** In time that grows with the number of streams ahead. */
  Ahead aheadOf(TokenStream stream) {
    Load all = Load.NONE;
    Load own = Load.NONE;
    for (TokenStream other : streams.headSet(stream)) {
      all = all.plus(other.load());
      if (other.ticket().tenant().equals(stream.ticket().tenant())) {
        own = own.plus(other.load());
      }
    }
    return new Ahead(all, own);
  }

  boolean isEmpty() {
    return streams.isEmpty();
  }

  int size() {
    return streams.size();
  }

  Load load() {
    return load;
  }
}
