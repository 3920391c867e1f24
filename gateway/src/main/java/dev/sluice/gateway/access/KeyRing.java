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
    return parse(text(file));
  }

  /** What a file says. */
  static String text(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException("is larger than " + (LARGEST >> 20) + " MiB");
    }
    return Files.readString(file, StandardCharsets.US_ASCII);
  }

  static KeyRing parse(String text) throws IOException {
    Map<String, KeyEntry> byId = new LinkedHashMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      add(lines.get(i), i + 1, byId);
    }
    return new KeyRing(Map.copyOf(byId));
  }

  private static void add(String line, int number, Map<String, KeyEntry> byId) throws IOException {
    try {
      Optional<KeyEntry> entry = entry(line);
      if (entry.isPresent() && byId.put(entry.get().id(), entry.get()) != null) {
        throw new IllegalArgumentException("its id stands in an earlier line too");
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("line " + number + ": " + e.getMessage(), e);
    }
  }

  /**
   * The key of a line, where it has one.
   *
   * @throws IllegalArgumentException whose message says what is wrong with it
   */
  public static Optional<KeyEntry> entry(String line) {
    String words = line.strip();
    boolean silent = words.isEmpty() || words.startsWith("#");
    return silent ? Optional.empty() : Optional.of(KeyEntry.parse(words));
  }

  Optional<KeyEntry> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
