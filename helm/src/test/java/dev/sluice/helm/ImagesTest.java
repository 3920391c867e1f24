package dev.sluice.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The images that the build makes are those that the chart asks for. */
class ImagesTest {

  private static final Map<String, String> COMMON = properties(Chart.ROOT.resolve("pom.xml"));

  @ParameterizedTest
  @CsvSource({
    "gateway, gateway",
    "embed, embed-service",
    "rerank, rerank-service",
    "generate, generate-service"
  })
  void anImageHasTheNameThePortsAndTheUserThatTheChartAsksFor(String process, String module) {
    Map<String, String> image = properties(Chart.ROOT.resolve(module).resolve("pom.xml"));
    Pod pod = Chart.rendered().pod(process);
    JsonNode container = pod.container();

    assertThat(image).containsEntry("jib.skip", "false").containsEntry("image.process", process);
    assertThat(container.path("image").asText())
        .startsWith(COMMON.get("image.prefix") + "-" + process + ":");
    assertThat(image)
        .containsEntry("image.port", String.valueOf(pod.port("grpc")))
        .containsEntry("image.management.port", String.valueOf(pod.port("management")));
    JsonNode user = pod.spec().path("securityContext");
    assertThat(COMMON)
        .containsEntry(
            "image.user", user.path("runAsUser").asText() + ":" + user.path("runAsGroup").asText());
    assertThat(image.get("image.main")).isEqualTo(ChartProcess.MAINS.get(process));
  }

  /** What stands in the first {@code <properties>} of a pom. */
  private static Map<String, String> properties(Path pom) {
    Map<String, String> properties = new LinkedHashMap<>();
    Node first = root(pom).getElementsByTagName("properties").item(0).getFirstChild();
    for (Node each = first; each != null; each = each.getNextSibling()) {
      if (each instanceof Element property) {
        properties.put(property.getTagName(), property.getTextContent());
      }
    }
    return properties;
  }

  private static Element root(Path pom) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(Files.newInputStream(pom))
          .getDocumentElement();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SAXException | ParserConfigurationException e) {
      throw new IllegalStateException(pom + " cannot be read", e);
    }
  }
}
