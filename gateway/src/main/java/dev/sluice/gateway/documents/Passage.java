package dev.sluice.gateway.documents;

import com.google.protobuf.Struct;
import java.util.List;

/**
 * A passage as it was found.
 *
 * @param chunkId unique in its collection
 * @param text exactly the stored text of the document's version from start to end
 * @param start UTF-16 units into the document's text
 * @param end exclusive
 * @param startUtf8 the same start in bytes of UTF-8
 * @param header what is read before the text when it is embedded, searched or reranked
 */
public record Passage(
    String documentId,
    String documentVersion,
    String chunkId,
    String title,
    List<String> headings,
    String text,
    int start,
    int end,
    int startUtf8,
    String header,
    Struct metadata) {

  /** The passage with its header: what was embedded. */
  public String embeddedText() {
    return Chunk.read(header, text);
  }
}
