package dev.sluice.serving.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A document that pretends to be more than words. */
public record HostileDocument(String name, String title, String text) {

  private static final String CORPUS = "/hostile/documents.json";

  /** All there are. Each speaks to a prompt where it is the first of several passages. */
  public static List<HostileDocument> all() {
    try (InputStream file = HostileDocument.class.getResourceAsStream(CORPUS)) {
      List<HostileDocument> documents = new ArrayList<>();
      for (JsonNode node : new ObjectMapper().readTree(Objects.requireNonNull(file))) {
        documents.add(
            new HostileDocument(
                node.path("name").asText(),
                node.path("title").asText(),
                node.path("text").asText()));
      }
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
