package dev.sluice.serving.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bill of materials of models and native libraries names the files that are on the class path.
 */
class EmbeddedFilesTest {

  private static final Path BOM =
      Path.of(
          System.getProperty("sluice.root", ".."), "serving", "src", "main", "bom", "models.json");

  record EmbeddedFile(String name, String sha256, List<String> licences) {

    static EmbeddedFile of(JsonNode component) {
      return new EmbeddedFile(
          component.path("name").asText(),
          component.path("hashes").path(0).path("content").asText(),
          component.findValuesAsText("id"));
    }
  }

  static Stream<EmbeddedFile> files() throws IOException {
    JsonNode components = new ObjectMapper().readTree(BOM.toFile()).path("components");
    return StreamSupport.stream(components.spliterator(), false)
        .flatMap(component ->
            component.has("components")
                ? StreamSupport.stream(component.path("components").spliterator(), false)
                : Stream.of(component))
        .map(EmbeddedFile::of);
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileOnTheClassPathHasItsHashAndALicence(EmbeddedFile file) throws Exception {
    assertThat(file.licences()).isNotEmpty();
    try (InputStream content = EmbeddedFilesTest.class.getResourceAsStream("/" + file.name())) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(Objects.requireNonNull(content).readAllBytes());
      assertThat(HexFormat.of().formatHex(digest)).isEqualTo(file.sha256());
    }
  }
}
