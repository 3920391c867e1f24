package dev.sluice.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart in {@code helm/sluice}, rendered by Helm as the release "sluice" in "search". */
final class Chart {

  static final Path ROOT = Path.of(System.getProperty("sluice.root", ".."));
  static final Path PATH = ROOT.resolve("helm").resolve("sluice");

  /** The version whose API {@link KubernetesApi} knows. */
  static final String KUBERNETES = "1.36.0";

  static final String NAMESPACE = "search";

  private Chart() {}

  /** Rendered with its own values. */
  static Manifests rendered() {
    return Manifests.parse(template().call());
  }

  /**
   * Rendered with some values changed.
   *
   * @param values in YAML
   * @throws IllegalStateException with Helm's message when it refuses them
   */
  static Manifests rendered(String values) {
    return withFile(values, Chart::rendered);
  }

  static Manifests rendered(Path values) {
    return Manifests.parse(template().withValuesFile(values).call());
  }

  static Manifests renderedAs(String release) {
    return Manifests.parse(template().withName(release).call());
  }

  /** The files of values for continuous integration. */
  static List<Path> valuesFiles() {
    try (Stream<Path> files = Files.list(PATH.resolve("ci"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Helm tells after an installation. */
  static String notes(String values) {
    return withFile(
        values,
        file ->
            new Helm(PATH)
                .install()
                .clientOnly()
                .dryRun()
                .withKubeVersion(KUBERNETES)
                .withName("sluice")
                .withNamespace(NAMESPACE)
                .withValuesFile(file)
                .call()
                .getOutput());
  }

  static String text(String file) {
    try {
      return Files.readString(PATH.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TemplateCommand template() {
    return new Helm(PATH)
        .template()
        .withKubeVersion(KUBERNETES)
        .withName("sluice")
        .withNamespace(NAMESPACE);
  }

  private interface Use<T> {
    T of(Path file);
  }

  private static <T> T withFile(String values, Use<T> use) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return use.of(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
