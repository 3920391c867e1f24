package dev.sluice.serving.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * An input of integers, {@code [rows, columns]}, as it goes over the wire.
 *
 * @param content little-endian, row-major
 */
public record IntegerTensor(
    String name, IntegerType type, int rows, int columns, ByteString content) {

  /** One row for each array, filled up with zeros to {@code columns} values. */
  public static IntegerTensor padded(
      String name, IntegerType type, int columns, List<long[]> rows) {
    ByteBuffer content = allocate(type, rows.size(), columns);
    for (int row = 0; row < rows.size(); row++) {
      long[] values = rows.get(row);
      type.put(content, row * columns, values, values.length);
    }
    return of(name, type, rows.size(), columns, content);
  }

  /** Rows that begin with so many ones, and go on with zeros. */
  public static IntegerTensor mask(String name, IntegerType type, int columns, int[] ones) {
    long[] filled = new long[columns];
    Arrays.fill(filled, 1);
    ByteBuffer content = allocate(type, ones.length, columns);
    for (int row = 0; row < ones.length; row++) {
      type.put(content, row * columns, filled, ones[row]);
    }
    return of(name, type, ones.length, columns, content);
  }

  private static ByteBuffer allocate(IntegerType type, int rows, int columns) {
    int bytes = Math.multiplyExact(Math.multiplyExact(rows, columns), type.bytes());
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static IntegerTensor of(
      String name, IntegerType type, int rows, int columns, ByteBuffer content) {
    return new IntegerTensor(name, type, rows, columns, UnsafeByteOperations.unsafeWrap(content));
  }
}
