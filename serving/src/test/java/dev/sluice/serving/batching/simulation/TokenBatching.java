package dev.sluice.serving.batching.simulation;

/**
 * A budget of tokens with padding in order of arrival, at once whenever anything waits. Text
 * Embeddings Inference, which forms one batch ahead while another runs (depth 2), and vLLM, which
 * does not (depth 1).
 *
 * @param tokens the most tokens of a batch
 * @param padded whether padding counts
 */
record TokenBatching(long tokens, boolean padded, int depth) implements BatchRule {

  @Override
  public Forming begin() {
    return new Budget();
  }

  @Override
  public String toString() {
    return "tokens=" + tokens + " depth=" + depth;
  }

  private final class Budget implements Forming {
    private int items;
    private int longest;
    private long sum;

    @Override
    public boolean joins(Item item) {
      longest = Math.max(longest, item.length());
      sum += item.length();
      items++;
      return items == 1 || (padded ? (long) items * longest : sum) <= tokens;
    }
  }
}
