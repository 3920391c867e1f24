package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What ships has licences that are allowed, and docs/licences.md lists them. Reads the bill of
 * materials that the build of standalone wrote; run with {@code -Dsluice.write=true} to write the
 * table anew.
 */
class LicencesTest {

  private static final Path BOM = Chart.ROOT.resolve("standalone/target/bom/libraries.json");
  private static final Path DOC = Chart.ROOT.resolve("docs/licences.md");
  private static final String BEGIN = "<!-- libraries -->\n";
  private static final String END = "<!-- end of libraries -->\n";

  /**
   * They ask for notices and no more, or for the source of what is changed in the library itself.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "MIT",
          "MIT-0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "EPL-1.0",
          "EPL-2.0",
          "MPL-1.1",
          "CC0-1.0",
          "Unicode-3.0");

  /** Parts of Jinjava whose poms name none; Jinjava itself is under Apache 2.0. */
  private static final Set<String> UNNAMED =
      Set.of("com.hubspot:algebra", "com.hubspot.immutables:immutables-exceptions");

  @BeforeAll
  static void needsThePackagedBuild() {
    assumeTrue(Files.exists(BOM), "./mvnw package writes " + BOM);
  }

  @Test
  void everyLibraryHasALicenceThatIsAllowed() {
    assertThat(Library.read(BOM))
        .isNotEmpty()
        .filteredOn(library -> !UNNAMED.contains(library.coordinates()))
        .allSatisfy(library -> assertThat(library.licences()).containsAnyElementsOf(ALLOWED));
  }

  @Test
  void thePageListsWhatShips() throws IOException {
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    int end = doc.indexOf(END);
    String table = table(Library.read(BOM));
    if (Boolean.getBoolean("sluice.write")) {
      Files.writeString(DOC, doc.substring(0, begin) + table + doc.substring(end));
    } else {
      assertThat(doc.substring(begin, end)).isEqualTo(table);
    }
  }

  private static String table(List<Library> libraries) {
    return libraries.stream()
        .map(library ->
            "| `%s` | %s | %s |\n"
                .formatted(
                    library.coordinates(),
                    library.version(),
                    library.licences().isEmpty()
                        ? "none named"
                        : String.join(" or ", library.licences())))
        .collect(
            Collectors.joining("", "| library | version | licence |\n| --- | --- | --- |\n", ""));
  }
}
