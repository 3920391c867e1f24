package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Somebody else's library in a bill of materials.
 *
 * @param licences as its publisher names them, by their SPDX ids where they have one; of several,
 *     the user may choose
 */
record Library(String group, String name, String version, List<String> licences) {

  /** The SPDX ids of licences that publishers name otherwise. */
  private static final Map<String, String> SPDX =
      Map.of(
          "EDL 1.0", "BSD-3-Clause",
          "Eclipse Distribution License - v 1.0", "BSD-3-Clause",
          "Bouncy Castle Licence", "MIT",
          "Go License", "BSD-3-Clause",
          "GENERAL PUBLIC LICENSE, version 3 (GPL-3.0)", "GPL-3.0-only",
          "GNU LESSER GENERAL PUBLIC LICENSE, version 3 (LGPL-3.0)", "LGPL-3.0-only",
          "GNU General Public License, version 2 with the GNU Classpath Exception",
              "GPL-2.0-with-classpath-exception",
          "MPL 1.1", "MPL-1.1",
          "Mozilla Public License Version 1.1", "MPL-1.1");

  /** What is not ours, by name. */
  static List<Library> read(Path bom) {
    try {
      JsonNode components = new ObjectMapper().readTree(bom.toFile()).path("components");
      return StreamSupport.stream(components.spliterator(), false)
          .map(Library::of)
          .filter(library -> !library.group().equals("dev.sluice"))
          .sorted(Comparator.comparing(Library::group).thenComparing(Library::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String coordinates() {
    return group + ":" + name;
  }

  private static Library of(JsonNode component) {
    return new Library(
        component.path("group").asText(),
        component.path("name").asText(),
        component.path("version").asText(),
        licences(component.path("licenses")));
  }

  private static List<String> licences(JsonNode choices) {
    List<String> licences = new ArrayList<>();
    for (JsonNode choice : choices) {
      if (choice.has("expression")) {
        licences.addAll(List.of(choice.path("expression").asText().split(" OR ")));
      } else {
        JsonNode licence = choice.path("license");
        String name = licence.path("id").asText(licence.path("name").asText());
        licences.add(SPDX.getOrDefault(name, name));
      }
    }
    return List.copyOf(licences);
  }
}
