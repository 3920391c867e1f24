package dev.sluice.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A page some parts of which are generated: those between {@code <!-- bench NAME -->} and {@code
 * <!-- end -->}. All else stays as people wrote it.
 */
public record Page(String text) {

  private static final String END = "<!-- end -->";

  /** Changes the generated parts of a page. */
  public static void edit(Path file, UnaryOperator<Page> change) throws IOException {
    Page changed = change.apply(new Page(Files.readString(file)));
    Files.writeString(file, changed.text());
  }

  private static String begin(String name) {
    return "<!-- bench " + name + " -->\n";
  }

  public boolean has(String name) {
    return text.contains(begin(name));
  }

  /**
   * With another content of a part, which ends with a line break.
   *
   * @throws IllegalArgumentException when the page has no such part
   */
  public Page with(String name, String content) {
    int begin = text.indexOf(begin(name));
    int end = begin < 0 ? -1 : text.indexOf(END, begin);
    if (end < 0) {
      throw new IllegalArgumentException(
          "the page has no part between " + begin(name).strip() + " and " + END);
    }
    int from = begin + begin(name).length();
    return new Page(text.substring(0, from) + "\n" + content + "\n" + text.substring(end));
  }
}
