package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Document.Format;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.Violation;
import dev.sluice.serving.failure.StructRules;
import java.util.ArrayList;
import java.util.List;

/**
 * What a document must be to be stored. One that is not is refused alone, so no rule is in the
 * proto.
 */
final class DocumentRules {

  private static final int LONGEST_ID = 512;
  private static final int LONGEST_TITLE = 1024;

  private final int maxTextBytes;

  DocumentRules(int maxTextBytes) {
    this.maxTextBytes = maxTextBytes;
  }

  /**
   * @param field the document's place in the request
   */
  void check(String field, Document document) {
    List<Violation> violations = new ArrayList<>();
    if (document.getId().isEmpty() || characters(document.getId()) > LONGEST_ID) {
      violations.add(new Violation(field + ".id", "must have 1 to 512 characters"));
    }
    if (document.getId().isBlank() || document.getId().chars().anyMatch(Character::isISOControl)) {
      violations.add(new Violation(field + ".id", "must not be blank or have control characters"));
    }
    if (characters(document.getTitle()) > LONGEST_TITLE) {
      violations.add(new Violation(field + ".title", "must have at most 1024 characters"));
    }
    if (document.getText().isEmpty()) {
      violations.add(new Violation(field + ".text", "must not be empty"));
    } else if (utf8Length(document.getText()) > maxTextBytes) {
      violations.add(
          new Violation(field + ".text", "must have at most " + maxTextBytes + " bytes of UTF-8"));
    }
    if (document.getFormat() == Format.UNRECOGNIZED) {
      violations.add(new Violation(field + ".format", "is no known format"));
    }
    violations.addAll(StructRules.violations(field + ".metadata", document.getMetadata()));
    if (!violations.isEmpty()) {
      throw new InvalidInput(violations);
    }
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Counted, not made: the text may have 16 MiB. A pair of surrogates has 4 bytes. */
  static long utf8Length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }
}
