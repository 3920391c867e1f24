package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/configuration.md and the configuration records together. Run with {@code
 * -Dsluice.write=true} to write the table anew.
 */
class ConfigurationDocTest {

  private static final String BEGIN = "<!-- settings -->\n";
  private static final String END = "<!-- end of settings -->\n";
  private static final Path DOC =
      Path.of(System.getProperty("sluice.root", ".."), "docs", "configuration.md");

  @Test
  void everyKeyIsDocumentedWithTypeDefaultAndMeaning() throws IOException {
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    int end = doc.indexOf(END);
    String table = table(ClusterConfig.described());
    if (Boolean.getBoolean("sluice.write")) {
      Files.writeString(DOC, doc.substring(0, begin) + table + doc.substring(end));
    } else {
      assertThat(doc.substring(begin, end)).isEqualTo(table);
    }
  }

  private static String table(List<Setting> settings) {
    return settings.stream()
        .map(setting ->
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    setting.key(),
                    setting.type(),
                    setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`",
                    setting.meaning()))
        .collect(
            Collectors.joining(
                "", "| key | type | default | meaning |\n| --- | --- | --- | --- |\n", ""));
  }
}
