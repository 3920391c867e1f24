package dev.sluice.serving.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;

/**
 * An input of 64-bit integers, {@code [rows, columns]}, as it goes over the wire.
 *
 * @param content little-endian, row-major
 */
public record LongTensor(String name, int rows, int columns, ByteString content) {

  static final String TYPE = "INT64";

  /** One row for each array, filled up with zeros to {@code columns} values. */
  public static LongTensor padded(String name, int columns, List<long[]> rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(rows.size() * Long.BYTES, columns))
            .order(ByteOrder.LITTLE_ENDIAN);
    LongBuffer values = bytes.asLongBuffer();
    for (int row = 0; row < rows.size(); row++) {
      values.put(row * columns, rows.get(row));
    }
    return new LongTensor(name, rows.size(), columns, UnsafeByteOperations.unsafeWrap(bytes));
  }
}
