package dev.sluice.gateway.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Names a field of metadata: the names from the outermost struct to the field, at least one. */
public record FieldPath(List<String> names) {

  /** Fields of longer paths, in bytes of UTF-8, are kept but no filter can ask for them. */
  public static final int LONGEST = 256;

  public FieldPath {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a path has at least one name");
    }
    names = List.copyOf(names);
  }

  /** Bytes of UTF-8, with one between names. */
  public int length() {
    return names.stream().mapToInt(name -> name.getBytes(UTF_8).length).sum() + names.size() - 1;
  }
}
