package dev.sluice.generate.openai;

import dev.sluice.serving.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The data of server-sent events, by the rules of the HTML standard, section 9.2: lines end with
 * CRLF, LF or CR, an event ends with an empty line, its data lines are joined, comments and other
 * fields are passed over, and so is an event that the end of the stream cuts off. Reads no further
 * than it is asked to, and holds one event at most.
 */
final class ServerSentEvents {

  /** Of an event; a whole tool call may come in one. */
  static final int MAX_BYTES = 1 << 20;

  private static final byte[] DATA = {'d', 'a', 't', 'a'};

  private final InputStream stream;
  private final byte[] read = new byte[8192];
  private int position;
  private int limit;
  private boolean afterCarriageReturn;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  ServerSentEvents(InputStream stream) {
    this.stream = stream;
  }

  /**
   * The data of the next event, null at the end of the stream.
   *
   * @throws Failure.Internal when it is longer than {@link #MAX_BYTES}
   */
  @Nullable String next() throws IOException {
    data.reset();
    boolean hasData = false;
    while (readLine()) {
      if (line.size() > 0) {
        hasData |= addData(hasData);
      } else if (hasData) {
        return data.toString(StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  /** Whether the line has data, which is added to the event's. */
  private boolean addData(boolean more) {
    byte[] bytes = line.toByteArray();
    int name = DATA.length;
    boolean isData = bytes.length >= name && Arrays.equals(bytes, 0, name, DATA, 0, name);
    if (!isData || (bytes.length > name && bytes[name] != ':')) {
      return false;
    }
    int start = Math.min(name + 1, bytes.length);
    if (start < bytes.length && bytes[start] == ' ') {
      start++;
    }
    if (more) {
      data.write('\n');
    }
    data.write(bytes, start, bytes.length - start);
    return true;
  }

  /** Whether there was a whole line, which is in {@link #line} then. */
  private boolean readLine() throws IOException {
    line.reset();
    while (fill()) {
      int end = endOfLine();
      line.write(read, position, end - position);
      if (data.size() + line.size() > MAX_BYTES) {
        throw new Failure.Internal("the model server sent an event that is too long");
      }
      position = end;
      if (end < limit) {
        afterCarriageReturn = read[end] == '\r';
        position++;
        return true;
      }
    }
    return false;
  }

  /** Whether there is something to read at the position. */
  private boolean fill() throws IOException {
    while (true) {
      if (position == limit) {
        position = 0;
        limit = Math.max(0, stream.read(read));
        if (limit == 0) {
          return false;
        }
      }
      if (!afterCarriageReturn || read[position] != '\n') {
        afterCarriageReturn = false;
        return true;
      }
      afterCarriageReturn = false;
      position++;
    }
  }

  private int endOfLine() {
    int end = position;
    while (end < limit && read[end] != '\n' && read[end] != '\r') {
      end++;
    }
    return end;
  }
}
