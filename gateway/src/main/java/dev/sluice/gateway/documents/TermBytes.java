package dev.sluice.gateway.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.gateway.filter.FieldPath;
import dev.sluice.gateway.filter.Scalar;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/** Writes one term about a field: its path, a mark for what is said of it, then values in order. */
final class TermBytes {

  /** Neither byte occurs in UTF-8, so that no two paths look alike. */
  private static final int SEPARATOR = 0xff;

  private static final int END = 0xfe;

  /** One more than those of a filter: what is cut off here decides no comparison. */
  private static final int LONGEST_TEXT = Scalar.LONGEST_TEXT + 1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TermBytes(FieldPath field, char mark) {
    for (String name : field.names()) {
      out.writeBytes(name.getBytes(UTF_8));
      out.write(SEPARATOR);
    }
    out.write(END);
    out.write(mark);
  }

  TermBytes add(char type) {
    out.write(type);
    return this;
  }

  TermBytes add(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.write(bytes, 0, Math.min(bytes.length, LONGEST_TEXT));
    return this;
  }

  /** Zero has one sign. */
  TermBytes add(double number) {
    return add(NumericUtils.doubleToSortableLong(number + 0.0));
  }

  TermBytes add(Instant instant) {
    add(instant.getEpochSecond());
    byte[] nanos = new byte[Integer.BYTES];
    NumericUtils.intToSortableBytes(instant.getNano(), nanos, 0);
    out.writeBytes(nanos);
    return this;
  }

  private TermBytes add(long number) {
    byte[] bytes = new byte[Long.BYTES];
    NumericUtils.longToSortableBytes(number, bytes, 0);
    out.writeBytes(bytes);
    return this;
  }

  BytesRef bytes() {
    return new BytesRef(out.toByteArray());
  }
}
