package dev.sluice.standalone.ingest;

import dev.sluice.gateway.v1.Document;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a BEIR-style file, one a line. A document without text is stored with its title
 * as its text. A line that is no document is named by file and number; the rest is read all the
 * same.
 */
public final class CorpusDocuments {

  /** Why a line without text and title is refused. */
  public static final String NO_TEXT = "neither text nor title";

  private final Notes notes;
  private final TextLimit limit;

  /**
   * @param notes hears of lines that had to be repaired
   * @param limit of a document; lines with more text are refused
   */
  public CorpusDocuments(Notes notes, TextLimit limit) {
    this.notes = notes;
    this.limit = limit;
  }

  /** Reads all lines. */
  public void read(SourceFile file, ItemSink sink) throws InterruptedException {
    try (JsonLines lines = JsonLines.open(file.path())) {
      for (JsonLine line = lines.next(); line != null; line = lines.next()) {
        Item item = item(file, line);
        if (item != null) {
          sink.accept(item);
        }
      }
    } catch (IOException e) {
      sink.accept(new Item.Refused(file.id(), Unreadable.reason(e), 0));
    }
  }

  private @Nullable Item item(SourceFile file, JsonLine line) {
    if (line.text().isBlank() && !line.tooLong()) {
      return null;
    }
    String place = file.path() + ":" + line.number();
    try {
      return ready(place, CorpusRecord.parse(line), line);
    } catch (CorpusRecord.Malformed e) {
      return new Item.Refused(place, String.valueOf(e.getMessage()), line.bytes());
    }
  }

  private Item ready(String place, CorpusRecord corpus, JsonLine line)
      throws CorpusRecord.Malformed {
    UnicodeText id = UnicodeText.clean(corpus.id());
    UnicodeText title = UnicodeText.clean(corpus.title());
    UnicodeText text = UnicodeText.clean(corpus.text().isBlank() ? corpus.title() : corpus.text());
    if (text.value().isBlank()) {
      throw new CorpusRecord.Malformed(NO_TEXT);
    }
    if (limit.isExceededBy(text.value())) {
      throw new CorpusRecord.Malformed(limit.refusal());
    }
    if (line.repaired() || id.repaired() || title.repaired() || text.repaired()) {
      notes.add(Notes.Kind.REPAIRED, place);
    }
    Document document =
        Document.newBuilder()
            .setId(id.value())
            .setTitle(UnicodeText.first(title.value(), Limits.TITLE_CHARACTERS))
            .setText(text.value())
            .setFormat(Document.Format.PLAIN_TEXT)
            .setMetadata(JsonMetadata.of(corpus.others()))
            .build();
    return new Item.Ready(document, line.bytes());
  }
}
