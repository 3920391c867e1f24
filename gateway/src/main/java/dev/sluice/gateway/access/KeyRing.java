package dev.sluice.gateway.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of a file: one a line; lines that are empty or begin with # say nothing. */
public record KeyRing(Map<String, KeyEntry> byId) {

  private static final int LARGEST = 16 << 20;

  /**
   * Reads a file.
   *
   * @throws IOException whose message says what is wrong, and in which line; nothing of a key
   */
  public static KeyRing read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException("is larger than " + (LARGEST >> 20) + " MiB");
    }
    return parse(Files.readString(file, StandardCharsets.US_ASCII));
  }

  static KeyRing parse(String text) throws IOException {
    Map<String, KeyEntry> byId = new LinkedHashMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        add(line, i + 1, byId);
      }
    }
    return new KeyRing(Map.copyOf(byId));
  }

  private static void add(String line, int number, Map<String, KeyEntry> byId) throws IOException {
    try {
      KeyEntry entry = KeyEntry.parse(line);
      if (byId.put(entry.id(), entry) != null) {
        throw new IllegalArgumentException("its id stands in an earlier line too");
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("line " + number + ": " + e.getMessage(), e);
    }
  }

  Optional<KeyEntry> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
