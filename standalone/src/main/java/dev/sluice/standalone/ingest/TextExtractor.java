package dev.sluice.standalone.ingest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.xml.sax.SAXException;

/** Reads HTML, PDF and Office files. Attachments inside a document are left alone. */
final class TextExtractor {

  /** The file cannot be read; the message says why. */
  static final class Unextractable extends Exception {
    private static final long serialVersionUID = 1;

    Unextractable(String reason) {
      super(reason);
    }
  }

  private final Parser html = new JSoupParser(new HtmlCharset());
  private final Parser pdf = pdf();
  private final Parser office = new OfficeParser();
  private final Parser ooxml = new OOXMLParser();
  private final Parser rtf = new RTFParser();
  private final TextLimit limit;

  TextExtractor(TextLimit limit) {
    this.limit = limit;
  }

  private static Parser pdf() {
    PDFParserConfig config = new PDFParserConfig();
    config.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
    PDFParser parser = new PDFParser();
    parser.setPDFParserConfig(config);
    return parser;
  }

  ExtractedText extract(Path path, FileType type) throws Unextractable {
    StructuredText handler = new StructuredText(limit.bytes());
    Metadata metadata = new Metadata();
    metadata.set(Metadata.CONTENT_TYPE, type.mediaType());
    try (TikaInputStream stream = TikaInputStream.get(path)) {
      parser(type).parse(stream, handler, metadata, new ParseContext());
    } catch (EncryptedDocumentException e) {
      throw new Unextractable("it is encrypted");
    } catch (IOException
        | SAXException
        | TikaException
        | RuntimeException
        | StackOverflowError
        | LinkageError e) {
      // Parsers of foreign formats fail in any way there is; the next file must still be read.
      throw failure(type, e);
    }
    String title = Optional.ofNullable(metadata.get(TikaCoreProperties.TITLE)).orElse("").strip();
    return new ExtractedText(
        title.isEmpty() ? handler.firstHeading() : title,
        handler.text(),
        !handler.firstHeading().isEmpty());
  }

  private Parser parser(FileType type) {
    return switch (type.kind()) {
      case HTML -> html;
      case PDF -> pdf;
      case OFFICE -> office(MediaType.parse(type.mediaType()));
      case PLAIN_TEXT, MARKDOWN, CORPUS, OTHER ->
          throw new IllegalArgumentException(type.toString());
    };
  }

  private Parser office(MediaType type) {
    ParseContext context = new ParseContext();
    if (rtf.getSupportedTypes(context).contains(type)) {
      return rtf;
    }
    return office.getSupportedTypes(context).contains(type) ? office : ooxml;
  }

  private Unextractable failure(FileType type, Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && !(cause instanceof StructuredText.TooLong)) {
      cause = cause.getCause();
    }
    if (cause instanceof StructuredText.TooLong) {
      return new Unextractable(limit.refusal());
    }
    String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new Unextractable(
        "it is broken: not readable as " + type.mediaType() + " (" + why + ")");
  }
}
