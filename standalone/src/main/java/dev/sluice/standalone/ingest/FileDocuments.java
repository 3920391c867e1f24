package dev.sluice.standalone.ingest;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Document.Format;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/** Makes documents of files: one of most, one of each line of a corpus. */
public final class FileDocuments {

  private final FileTypes types = new FileTypes();
  private final TextExtractor extractor;
  private final Notes notes;
  private final TextLimit limit;

  /**
   * @param notes hears what users should know about files that were read all the same
   * @param limit of a document; files with more text are refused
   */
  public FileDocuments(Notes notes, TextLimit limit) {
    this.extractor = new TextExtractor(limit);
    this.notes = notes;
    this.limit = limit;
  }

  /** Reads a file; whatever is wrong with it becomes an item too. */
  public void read(SourceFile file, ItemSink sink) throws InterruptedException {
    if (file.size() == 0) {
      sink.accept(new Item.Skipped("empty", 0));
      return;
    }
    FileType type;
    try {
      type = types.of(file);
    } catch (IOException e) {
      sink.accept(refused(file, Unreadable.reason(e)));
      return;
    }
    if (type.kind() == FileKind.CORPUS) {
      new CorpusDocuments(notes, limit).read(file, sink);
    } else {
      sink.accept(one(file, type));
    }
  }

  private Item one(SourceFile file, FileType type) {
    try {
      return switch (type.kind()) {
        case PLAIN_TEXT, MARKDOWN -> text(file, type);
        case HTML, PDF, OFFICE -> extracted(file, type);
        case OTHER -> other(file, type);
        case CORPUS -> throw new IllegalArgumentException("a corpus is not one document");
      };
    } catch (IOException e) {
      return refused(file, Unreadable.reason(e));
    } catch (TextExtractor.Unextractable e) {
      return refused(file, String.valueOf(e.getMessage()));
    }
  }

  private Item text(SourceFile file, FileType type) throws IOException {
    byte[] bytes = bytes(file);
    if (bytes.length > limit.bytes()) {
      return refused(file, limit.refusal());
    }
    UnicodeText text = UnicodeText.decode(bytes);
    if (text.repaired()) {
      notes.add(Notes.Kind.REPAIRED, file.id());
    }
    boolean markdown = type.kind() == FileKind.MARKDOWN;
    String title = markdown ? TextTitle.ofMarkdown(text.value(), file.fileName()) : file.fileName();
    return document(
        file, type, title, text.value(), markdown ? Format.MARKDOWN : Format.PLAIN_TEXT);
  }

  /** At most one byte more than a document may have, however large the file has grown. */
  private byte[] bytes(SourceFile file) throws IOException {
    try (InputStream in = Files.newInputStream(file.path())) {
      return in.readNBytes(limit.bytes() + 1);
    }
  }

  private Item extracted(SourceFile file, FileType type) throws TextExtractor.Unextractable {
    if (file.size() > Limits.CONTAINER_BYTES) {
      return refused(file, "it is larger than " + (Limits.CONTAINER_BYTES >> 20) + " MiB");
    }
    ExtractedText found = extractor.extract(file.path(), type);
    if (found.text().isBlank()) {
      return refused(file, "it has no text (a scan? there is no OCR here)");
    }
    String title = found.title().isEmpty() ? file.fileName() : found.title();
    String text = UnicodeText.clean(found.text()).value();
    return document(
        file, type, title, text, found.structured() ? Format.MARKDOWN : Format.PLAIN_TEXT);
  }

  private static Item other(SourceFile file, FileType type) {
    if (type.misnamed()) {
      return refused(file, "it is not what its ending says, and no text: " + type.mediaType());
    }
    return file.named()
        ? refused(file, "it is no document that can be read: " + type.mediaType())
        : new Item.Skipped(type.mediaType(), file.size());
  }

  private Item document(SourceFile file, FileType type, String title, String text, Format format) {
    if (text.isBlank()) {
      return new Item.Skipped("empty", file.size());
    }
    if (limit.isExceededBy(text)) {
      return refused(file, limit.refusal());
    }
    if (type.misnamed()) {
      notes.add(Notes.Kind.MISNAMED, file.id() + " is " + type.mediaType());
    }
    Document document =
        Document.newBuilder()
            .setId(UnicodeText.clean(file.id()).value())
            .setTitle(UnicodeText.first(UnicodeText.clean(title).value(), Limits.TITLE_CHARACTERS))
            .setText(text)
            .setFormat(format)
            .setMetadata(
                Struct.newBuilder()
                    .putFields("path", string(file.path().toString()))
                    .putFields("content_type", string(type.mediaType())))
            .build();
    return new Item.Ready(document, file.size());
  }

  private static Value string(String value) {
    return Value.newBuilder().setStringValue(UnicodeText.clean(value).value()).build();
  }

  private static Item refused(SourceFile file, String reason) {
    return new Item.Refused(file.id(), reason, file.size());
  }
}
