package dev.sluice.standalone.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.html.HtmlEncodingDetector;

/**
 * The encoding of a page: what its bytes begin with, else what the page says of itself, else UTF-8
 * when its head is that, else Windows-1252, as browsers take it.
 */
final class HtmlCharset implements EncodingDetector {

  private static final long serialVersionUID = 1;
  private static final int HEAD = 64 << 10;

  @Override
  public Charset detect(InputStream input, Metadata metadata) throws IOException {
    input.mark(HEAD);
    byte[] head = input.readNBytes(HEAD);
    input.reset();
    return switch (UnicodeText.mark(head)) {
      case UTF_8 -> StandardCharsets.UTF_8;
      case UTF_16_BIG -> StandardCharsets.UTF_16BE;
      case UTF_16_LITTLE -> StandardCharsets.UTF_16LE;
      case NONE ->
          Optional.ofNullable(new HtmlEncodingDetector().detect(input, metadata))
              .orElseGet(() -> guess(head));
    };
  }

  private static Charset guess(byte[] head) {
    // The last character may be cut in two.
    String text = new String(head, StandardCharsets.UTF_8);
    int broken = text.indexOf('\uFFFD');
    boolean valid = broken < 0 || broken >= text.length() - 3;
    return valid ? StandardCharsets.UTF_8 : Charset.forName("windows-1252");
  }
}
