package dev.sluice.gateway.audit;

import java.util.regex.Pattern;

/**
 * What a call is about, by the names that things have. What cannot be such a name may be anything
 * that a caller wrote, and is left out. Empty where there is none.
 */
record Subject(String collection, String document, String snapshot, String dataSource) {

  static final Subject NONE = new Subject("", "", "", "");

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final int LONGEST_ID = 512;

  static Subject collection(String collection) {
    return new Subject(name(collection), "", "", "");
  }

  static Subject document(String collection, String id) {
    return new Subject(name(collection), id(id), "", "");
  }

  static Subject snapshot(String snapshot, String collection) {
    return new Subject(name(collection), "", name(snapshot), "");
  }

  static Subject source(String collection, String dataSource) {
    return new Subject(name(collection), "", "", name(dataSource));
  }

  /** The same collection's document. */
  Subject withDocument(String id) {
    return new Subject(collection, id(id), snapshot, dataSource);
  }

  private static String name(String written) {
    return NAME.matcher(written).matches() ? written : "";
  }

  private static String id(String written) {
    boolean valid =
        written.codePointCount(0, written.length()) <= LONGEST_ID
            && written.chars().noneMatch(Character::isISOControl);
    return valid ? written : "";
  }
}
