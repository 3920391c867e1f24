package dev.sluice.gateway.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names a field of metadata: the names from the outermost struct to the field, at least one. */
public record FieldPath(List<String> names) {

  /** Fields of longer paths, in bytes of UTF-8, are kept but no filter can ask for them. */
  public static final int LONGEST = 256;

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Words of CEL that are no identifiers. */
  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  public FieldPath {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a path has at least one name");
    }
    names = List.copyOf(names);
  }

  /** As filters write it: {@code a.b}, {@code a["b c"]}, {@code this["b c"]}. */
  public String text() {
    String first = names.getFirst();
    boolean plain = isPlain(first) && !first.equals(FilterFields.ALL);
    return plain ? first + steps(names.subList(1, names.size())) : FilterFields.ALL + steps(names);
  }

  /** The same as a part of something, of a document as {@code .b} or {@code ["b c"]}. */
  public String within(String whole) {
    return whole + steps(names);
  }

  private static String steps(List<String> names) {
    return names.stream()
        .map(name -> isPlain(name) ? "." + name : "[\"" + escaped(name) + "\"]")
        .collect(Collectors.joining());
  }

  private static boolean isPlain(String name) {
    return IDENTIFIER.matcher(name).matches() && !RESERVED.contains(name);
  }

  private static String escaped(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Whether this is a field of that one, or of one within it. */
  boolean isWithin(FieldPath outer) {
    int length = outer.names.size();
    return names.size() > length && names.subList(0, length).equals(outer.names);
  }

  /** Bytes of UTF-8, with one between names. */
  public int length() {
    return names.stream().mapToInt(name -> name.getBytes(UTF_8).length).sum() + names.size() - 1;
  }
}
