package dev.sluice.bench.store;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.documents.Chunk;
import dev.sluice.gateway.documents.DocumentRecord;
import dev.sluice.gateway.documents.EmbeddedChunk;
import dev.sluice.gateway.documents.StoredDocument;
import dev.sluice.gateway.v1.Document.Format;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Documents of one passage of 60 words each, with its vector and the metadata {@code n}, its number
 * modulo 1000; and the exact answers to queries over them.
 */
public final class Passages {

  static final int GROUPS = 1000;
  private static final int WORDS = 60;
  private static final int QUERY_WORDS = 8;

  private final float[][] vectors;

  /** Draws the vectors. */
  public Passages(VectorKind kind, int count) {
    Random random = new Random(2);
    this.vectors =
        IntStream.range(0, count).mapToObj(i -> kind.draw(random)).toArray(float[][]::new);
  }

  /** A query's words and vector. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Query(String text, float[] vector) {}

  /** Queries whose vectors lie as the passages', without being among them. */
  public static List<Query> queries(VectorKind kind, int count) {
    Random random = new Random(3);
    return IntStream.range(0, count)
        .mapToObj(i -> new Query(ZipfText.query(random, QUERY_WORDS), kind.draw(random)))
        .toList();
  }

  /** How many there are. */
  public int count() {
    return vectors.length;
  }

  StoredDocument document(int number) {
    String text = ZipfText.passage(new Random(number), WORDS);
    Struct metadata =
        Struct.newBuilder()
            .putFields("n", Value.newBuilder().setNumberValue(number % GROUPS).build())
            .build();
    return new StoredDocument(
        new DocumentRecord(
            Integer.toString(number),
            "",
            Format.PLAIN_TEXT,
            metadata,
            "v" + number,
            Instant.EPOCH,
            1),
        text);
  }

  List<EmbeddedChunk> chunks(int number, StoredDocument document) {
    Chunk chunk = new Chunk(0, document.text().length(), List.of(), "");
    return List.of(new EmbeddedChunk(chunk, vectors[number]));
  }

  /**
   * The numbers of the nearest passages, by comparing all of the first so many groups.
   *
   * @param groups of 1000
   */
  public int[] nearest(float[] query, int groups, int most) {
    long[] best = new long[most];
    for (int number = 0; number < vectors.length; number++) {
      if (number % GROUPS < groups) {
        insert(best, key(dot(query, vectors[number]), number));
      }
    }
    return Arrays.stream(best).mapToInt(key -> (int) key).toArray();
  }

  /** Orders by the product first: it is above -2. */
  private static long key(float product, int number) {
    return ((long) Float.floatToIntBits(product + 2) << 32) | number;
  }

  /** Keeps the largest, in ascending order. */
  private static void insert(long[] best, long key) {
    int place = 0;
    while (place < best.length && key > best[place]) {
      if (place > 0) {
        best[place - 1] = best[place];
      }
      best[place++] = key;
    }
  }

  /** In four sums, which do not wait for each other. */
  private static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int i = 0; i < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    return s0 + s1 + s2 + s3;
  }
}
