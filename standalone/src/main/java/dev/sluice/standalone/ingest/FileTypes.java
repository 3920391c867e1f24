package dev.sluice.standalone.ingest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.detect.Detector;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;

/**
 * Tells what files are. The content decides; between kinds of text the ending does, because a page
 * of Markdown may well begin with a line of HTML.
 */
final class FileTypes {

  private static final MediaType HTML = MediaType.TEXT_HTML;
  private static final MediaType XHTML = MediaType.application("xhtml+xml");
  private static final MediaType PDF = MediaType.application("pdf");
  private static final MediaType MARKDOWN = MediaType.text("markdown");
  private static final Set<MediaType> OFFICE =
      Stream.of(new OfficeParser(), new OOXMLParser(), new RTFParser())
          .flatMap(parser -> parser.getSupportedTypes(new ParseContext()).stream())
          .collect(Collectors.toUnmodifiableSet());

  private final MimeTypes types = MimeTypes.getDefaultMimeTypes();
  private final MediaTypeRegistry registry = types.getMediaTypeRegistry();
  private final Detector detector = new DefaultDetector(types);

  FileType of(SourceFile file) throws IOException {
    MediaType content = byContent(file.path());
    MediaType name = byName(file.fileName());
    FileKind kind = kind(content);
    FileKind claimed = claimed(file.fileName(), name);
    boolean claims = !name.equals(MediaType.OCTET_STREAM);
    if (kind == FileKind.PDF || kind == FileKind.OFFICE) {
      return new FileType(kind, content.toString(), claims && claimed != kind);
    }
    if (HeadOfFile.of(file.path()).looksLikeText()) {
      return text(content, name, claimed);
    }
    boolean unknown = content.equals(MediaType.OCTET_STREAM);
    if (unknown && (claimed == FileKind.PDF || claimed == FileKind.OFFICE)) {
      return new FileType(claimed, name.toString(), false);
    }
    return new FileType(
        FileKind.OTHER, (unknown ? name : content).toString(), claims && claimed != FileKind.OTHER);
  }

  private FileType text(MediaType content, MediaType name, FileKind claimed) {
    boolean picture = name.getType().equals("image") && isText(name);
    if (claimed.isText() || picture) {
      return new FileType(claimed, name.toString(), false);
    }
    FileKind kind = kind(content) == FileKind.HTML ? FileKind.HTML : FileKind.PLAIN_TEXT;
    MediaType type = kind == FileKind.HTML ? HTML : MediaType.TEXT_PLAIN;
    return new FileType(kind, type.toString(), !name.equals(MediaType.OCTET_STREAM));
  }

  private MediaType byContent(Path path) throws IOException {
    try (TikaInputStream stream = TikaInputStream.get(path)) {
      return detector.detect(stream, new Metadata()).getBaseType();
    }
  }

  private MediaType byName(String fileName) throws IOException {
    Metadata metadata = new Metadata();
    metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, fileName);
    return types.detect(null, metadata).getBaseType();
  }

  private FileKind claimed(String fileName, MediaType name) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jsonl") || lower.endsWith(".ndjson") ? FileKind.CORPUS : kind(name);
  }

  private FileKind kind(MediaType type) {
    if (type.equals(HTML) || type.equals(XHTML)) {
      return FileKind.HTML;
    }
    if (type.equals(PDF)) {
      return FileKind.PDF;
    }
    if (OFFICE.contains(type)) {
      return FileKind.OFFICE;
    }
    if (type.equals(MARKDOWN)) {
      return FileKind.MARKDOWN;
    }
    return isText(type) && !type.getType().equals("image") ? FileKind.PLAIN_TEXT : FileKind.OTHER;
  }

  private boolean isText(MediaType type) {
    return type.getType().equals("text") || registry.isInstanceOf(type, MediaType.TEXT_PLAIN);
  }
}
