package dev.sluice.gateway.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.Precondition;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a write stands in the history of one collection. Callers get it as an opaque token with a
 * checksum, which says nothing secret, so that nothing is signed.
 *
 * @param collection of the collection, and of none that has its name before or after it
 * @param term counts those who put the writes in order, one after the other
 * @param sequence counts the writes
 */
public record WritePosition(String collection, long term, long sequence) {

  private static final String FIELD = "consistency_token";
  private static final int NUMBERS = 2 * Long.BYTES;

  /** As callers get it. */
  public String token() {
    byte[] name = collection.getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + NUMBERS + name.length);
    bytes.position(Integer.BYTES);
    bytes.putLong(term).putLong(sequence).put(name);
    bytes.putInt(0, checksum(bytes.array()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Null for an empty token.
   *
   * @throws InvalidInput for one that no gateway gave
   */
  public static @Nullable WritePosition read(String token) {
    return token.isEmpty() ? null : decode(token).orElseThrow(WritePosition::refusal);
  }

  private static Optional<WritePosition> decode(String token) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
      boolean whole = bytes.remaining() > Integer.BYTES + NUMBERS;
      if (!whole || bytes.getInt() != checksum(bytes.array())) {
        return Optional.empty();
      }
      long term = bytes.getLong();
      long sequence = bytes.getLong();
      String collection = UTF_8.decode(bytes).toString();
      return Optional.of(new WritePosition(collection, term, sequence));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static InvalidInput refusal() {
    return new InvalidInput(FIELD, "is none that a gateway gave");
  }

  private static int checksum(byte[] token) {
    CRC32C sum = new CRC32C();
    sum.update(token, Integer.BYTES, token.length - Integer.BYTES);
    return (int) sum.getValue();
  }

  /** The later one of two of the same collection. */
  static WritePosition later(@Nullable WritePosition one, WritePosition other) {
    return one == null || other.isAfter(one) ? other : one;
  }

  /** Whether it comes later, for two of the same collection. */
  public boolean isAfter(WritePosition other) {
    return term == other.term ? sequence > other.sequence : term > other.term;
  }

  /**
   * Returns when a state contains this write.
   *
   * @param state the last write of it
   * @throws Precondition when it is of another collection, or lacks the write for good
   */
  public void requireBefore(WritePosition state, CollectionKey key) {
    if (!collection.equals(state.collection) || isAfter(state)) {
      throw mismatch(key);
    }
  }

  /** The write is not in the collection, and never will be. */
  public static Precondition mismatch(CollectionKey key) {
    return new Precondition(
        "CONSISTENCY_TOKEN_MISMATCH",
        ("the consistency token is not of the collection '%s' as it is now: it is another one's,"
                + " or the collection was made again or restored from older data")
            .formatted(key.collection()));
  }
}
