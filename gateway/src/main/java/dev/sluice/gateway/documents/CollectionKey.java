package dev.sluice.gateway.documents;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.InvalidInput;
import java.util.Comparator;
import java.util.regex.Pattern;

/** Names a collection: every tenant has its own names. Ordered by tenant, then by name. */
public record CollectionKey(String tenant, String collection) implements Comparable<CollectionKey> {

  private static final Comparator<CollectionKey> ORDER =
      Comparator.comparing(CollectionKey::tenant).thenComparing(CollectionKey::collection);
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  /** What a request names: a collection of its caller's own. */
  public static CollectionKey of(Caller caller, String collection) {
    return new CollectionKey(caller.tenant(), collection);
  }

  /** Whether a collection may have this name. */
  public boolean isNamed() {
    return NAME.matcher(collection).matches();
  }

  /** {@code InvalidInput} when no collection may have this name. */
  public void requireName() {
    if (!isNamed()) {
      throw new InvalidInput(
          "collection",
          "1 to 64 small letters, digits, '-' and '_', beginning with a letter or a digit");
    }
  }

  @Override
  public int compareTo(CollectionKey other) {
    return ORDER.compare(this, other);
  }
}
