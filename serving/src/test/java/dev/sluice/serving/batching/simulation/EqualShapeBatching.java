package dev.sluice.serving.batching.simulation;

/**
 * Tensors of one shape in order of arrival; one of another shape ends the batch. Triton's dynamic
 * batcher. Clients pad: each text to a multiple of a step, or all texts of a request, cut into
 * tensors of at most {@code mostItems}, to the longest among them.
 *
 * @param step tokens; lengths are padded to a multiple of it
 * @param together whether a request's texts make one tensor
 */
record EqualShapeBatching(int mostItems, long delay, int step, boolean together)
    implements BatchRule {

  @Override
  public Forming begin() {
    return new OneShape();
  }

  @Override
  public int paddedTo(int longest) {
    return (longest + step - 1) / step * step;
  }

  @Override
  public String toString() {
    return "items=%d delay=%dms step=%d%s"
        .formatted(mostItems, delay / 1_000_000, step, together ? " together" : "");
  }

  private final class OneShape implements Forming {
    private int shape;
    private int room = mostItems;

    @Override
    public boolean joins(Item item) {
      if (!startsTensor(item)) {
        return true;
      }
      int its = shape(item);
      int texts = texts(item);
      boolean fits = texts <= room && (shape == 0 || shape == its);
      shape = its;
      room -= texts;
      return fits;
    }
  }

  private boolean startsTensor(Item item) {
    return !together || item.index() % mostItems == 0;
  }

  /** How many texts are in the tensor that an item starts. */
  private int texts(Item item) {
    return together ? Math.min(mostItems, item.arrival().lengths().size() - item.index()) : 1;
  }

  private int shape(Item item) {
    int longest = 0;
    for (int i = 0; i < texts(item); i++) {
      longest = Math.max(longest, item.arrival().lengths().get(item.index() + i));
    }
    return paddedTo(longest);
  }
}
