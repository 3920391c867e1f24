package dev.sluice.serving.encoder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a tokenizer would read as special tokens inside of texts, as {@code [SEP]}. */
record SpecialTexts(List<String> texts) {

  private static final JsonFactory JSON = new ObjectMapper().getFactory();

  /**
   * @param json the content of a {@code tokenizer.json}
   */
  static SpecialTexts of(byte[] json) {
    List<String> texts = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean added = parser.currentName().equals("added_tokens");
        parser.nextToken();
        if (added) {
          JsonNode tokens = parser.readValueAsTree();
          tokens.forEach(token -> addSpecial(token, texts));
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("unreadable tokenizer", e);
    }
    return new SpecialTexts(List.copyOf(texts));
  }

  private static void addSpecial(JsonNode token, List<String> texts) {
    String text = token.path("content").asText();
    if (token.path("special").asBoolean() && text.length() > 1) {
      texts.add(text);
    }
  }

  /** The characters with a space where each begins; null where there is none. */
  char @Nullable [] blanked(String text) {
    char[] blanked = null;
    for (String special : texts) {
      for (int at = text.indexOf(special); at >= 0; at = text.indexOf(special, at + 1)) {
        blanked = blanked == null ? text.toCharArray() : blanked;
        blanked[at] = ' ';
      }
    }
    return blanked;
  }
}
