package dev.sluice.standalone.ingest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, one at a time, however long the file is; no more than one line is in memory.
 */
public final class JsonLines implements Closeable {

  private final InputStream in;
  private final int longest;
  private int number;

  private JsonLines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** Opens a file; the caller closes. */
  public static JsonLines open(Path path) throws IOException {
    return new JsonLines(
        new BufferedInputStream(Files.newInputStream(path), 1 << 16), Limits.LINE_BYTES);
  }

  /** The lines of bytes, for which {@code longest} is the most that a line may have. */
  static JsonLines of(InputStream in, int longest) {
    return new JsonLines(in, longest);
  }

  /** The next line; null after the last. */
  public @Nullable JsonLine next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long length = 0;
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (length++ < longest) {
        line.write(b);
      }
    }
    number++;
    boolean tooLong = length > longest;
    UnicodeText text = UnicodeText.decode(tooLong ? new byte[0] : line.toByteArray());
    return new JsonLine(number, length + 1, text.value(), text.repaired(), tooLong);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
