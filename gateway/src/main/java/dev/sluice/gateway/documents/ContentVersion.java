package dev.sluice.gateway.documents;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Struct;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Document.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name of a document's content: a hash over its id, title, text, format and metadata. */
final class ContentVersion {

  private static final int HEX_DIGITS = 32;

  private ContentVersion() {}

  static String of(Document document) {
    MessageDigest hash = sha256();
    add(hash, document.getId().getBytes(StandardCharsets.UTF_8));
    add(hash, document.getTitle().getBytes(StandardCharsets.UTF_8));
    add(hash, document.getText().getBytes(StandardCharsets.UTF_8));
    add(hash, format(document).name().getBytes(StandardCharsets.UTF_8));
    add(hash, canonical(document.getMetadata()));
    return HexFormat.of().formatHex(hash.digest()).substring(0, HEX_DIGITS);
  }

  /** The format that an unspecified one is taken as. */
  static Format format(Document document) {
    return document.getFormat() == Format.MARKDOWN ? Format.MARKDOWN : Format.PLAIN_TEXT;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The length goes first, so that no two different sequences of fields hash the same bytes. */
  private static void add(MessageDigest hash, byte[] field) {
    hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).flip());
    hash.update(field);
  }

  /** The order of the keys of a map is not part of the content. */
  private static byte[] canonical(Struct metadata) {
    byte[] bytes = new byte[metadata.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      metadata.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }
}
