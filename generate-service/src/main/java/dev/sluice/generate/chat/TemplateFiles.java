package dev.sluice.generate.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.serving.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a model's directory, in the layout of Hugging Face, says of its prompts.
 *
 * @param template in Jinja
 * @param tokens the special tokens that templates call by name, as {@code bos_token}
 * @param special all texts that the tokenizer reads as special tokens, or as tags of its own
 * @param addsBos whether the tokenizer puts {@code bos_token} in front by itself
 */
record TemplateFiles(
    String template, Map<String, String> tokens, List<String> special, boolean addsBos) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOS = "bos_token";

  /** What tokenizers do not call special, and models obey all the same: think, tool_call. */
  private static final Pattern TAG = Pattern.compile("<\\S{1,64}>|\\[\\S{1,64}]");

  /**
   * Reads {@code chat_template.jinja}, {@code tokenizer_config.json} and {@code tokenizer.json}, as
   * far as they are there.
   *
   * @throws ConfigurationException when there is no template
   * @throws UncheckedIOException when a file cannot be read, naming it
   */
  static TemplateFiles read(Path directory) {
    JsonNode config = json(directory.resolve("tokenizer_config.json"));
    Path tokenizer = directory.resolve("tokenizer.json");
    Map<String, String> tokens = tokens(config);
    JsonNode postProcessor = topLevel(tokenizer, "post_processor");
    return new TemplateFiles(
        template(directory, config),
        tokens,
        special(config, topLevel(tokenizer, "added_tokens")),
        tokens.containsKey(BOS)
            && (config.path("add_bos_token").asBoolean()
                || putsInFront(postProcessor, tokens.get(BOS))));
  }

  private static String template(Path directory, JsonNode config) {
    Path file = directory.resolve("chat_template.jinja");
    String template =
        Files.isRegularFile(file) ? text(file) : template(config.path("chat_template"));
    if (template.isEmpty()) {
      throw new ConfigurationException(
          List.of(
              directory
                  + " has no chat template: neither chat_template.jinja nor a chat_template in"
                  + " tokenizer_config.json. Take one from the model's page, or write one"));
    }
    return template;
  }

  /** A text, or a list of named ones of which the default is taken. */
  private static String template(JsonNode node) {
    for (JsonNode named : node) {
      if (named.path("name").asText().equals("default")) {
        return named.path("template").asText();
      }
    }
    return node.asText();
  }

  /** Each a text, or an object with one; switches as add_bos_token end alike and are none. */
  private static Map<String, String> tokens(JsonNode config) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : config.properties()) {
      String token = field.getValue().path("content").asText(field.getValue().asText());
      if (field.getKey().endsWith("_token")
          && field.getValue().isBoolean() == false
          && !field.getValue().isNull()) {
        tokens.put(field.getKey(), token);
      }
    }
    return tokens;
  }

  private static List<String> special(JsonNode config, JsonNode added) {
    TreeSet<String> special = new TreeSet<>();
    for (JsonNode tokens : List.of(config.path("added_tokens_decoder"), added)) {
      for (JsonNode token : tokens) {
        String content = token.path("content").asText();
        if (token.path("special").asBoolean() || TAG.matcher(content).matches()) {
          special.add(content);
        }
      }
    }
    special.remove("");
    return List.copyOf(special);
  }

  private static boolean putsInFront(JsonNode postProcessor, String token) {
    return postProcessor.findValues("single").stream()
        .map(single -> single.path(0).path("SpecialToken").path("id").asText())
        .anyMatch(token::equals);
  }

  private static JsonNode json(Path file) {
    try {
      return Files.isRegularFile(file) ? JSON.readTree(text(file)) : MissingNode.getInstance();
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + file, e);
    }
  }

  /** One field of a JSON file that may be large; missing when there is none. */
  private static JsonNode topLevel(Path file, String field) {
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals(field)) {
          return parser.readValueAsTree();
        }
        parser.skipChildren();
      }
      return MissingNode.getInstance();
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + file, e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
