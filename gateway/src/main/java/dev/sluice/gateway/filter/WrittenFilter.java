package dev.sluice.gateway.filter;

/**
 * A filter as its caller wrote it. It is read before it is known which collection it is for, and
 * checked again when the types are known that the collection declares.
 */
public record WrittenFilter(String text, Filter filter) {

  /**
   * Reads a filter.
   *
   * @throws dev.sluice.serving.failure.Failure.InvalidInput for a text that is none
   */
  public static WrittenFilter of(String text) {
    return new WrittenFilter(text, FilterParser.parse(text));
  }

  /**
   * @throws dev.sluice.serving.failure.Failure.InvalidInput saying where it contradicts the types
   */
  public void check(MetadataTypes types) {
    if (!types.declared().isEmpty()) {
      FilterParser.parse(text, types);
    }
  }
}
