package dev.sluice.gateway.documents.opensearch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.Struct;
import dev.sluice.gateway.documents.MetadataTerms;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.util.BytesRef;

/**
 * A term of metadata as text, one character for each byte: that keeps the order, since UTF-8 has
 * the order of its characters. The cluster takes ranges with bounds below 1000 bytes only. So a
 * long path is replaced by its hash, and a long value has further terms: what follows its first
 * piece, under the hash of that.
 *
 * @param field path, and what is said of it
 */
record TermText(String field, String value) {

  /** Twice that, in UTF-8, leaves room for a field. */
  private static final int PIECE = 400;

  private static final int LONGEST_PATH = 40;

  /** Ends a path. No path begins with it. */
  private static final String END = "\u00fe";

  static TermText of(BytesRef term) {
    String text = new String(term.bytes, term.offset, term.length, ISO_8859_1);
    int end = text.indexOf(END);
    int value = Math.min(end + 3, text.length());
    String path = text.substring(0, end);
    return new TermText(
        (end > LONGEST_PATH ? hash(path) : path) + text.substring(end, value),
        text.substring(value));
  }

  private static String hash(String text) {
    return IndexNames.document(text).substring(0, 32);
  }

  /** All terms of a document's metadata. */
  static Stream<String> all(Struct metadata) {
    return MetadataTerms.of(metadata).stream().flatMap(term -> of(term).pieces());
  }

  private Stream<String> pieces() {
    return value.length() < PIECE
        ? Stream.of(text())
        : Stream.concat(Stream.of(text()), rest().pieces());
  }

  static List<String> texts(List<BytesRef> terms) {
    return terms.stream().map(term -> of(term).text()).toList();
  }

  String text() {
    return field + value;
  }

  /** Whether it is no bound of a range, but its first piece and then its rest are. */
  boolean isLong() {
    return value.length() > PIECE;
  }

  /** The beginning of all terms that begin with the same piece. */
  String first() {
    return field + value.substring(0, PIECE);
  }

  /** What follows the first piece. */
  TermText rest() {
    return new TermText(END + hash(first()), value.substring(PIECE));
  }

  /** The first text after all that begin so: no byte of UTF-8 is the last one. */
  static String end(String beginning) {
    int last = beginning.length() - 1;
    return beginning.substring(0, last) + (char) (beginning.charAt(last) + 1);
  }
}
