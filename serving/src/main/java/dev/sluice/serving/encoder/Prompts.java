package dev.sluice.serving.encoder;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a sentence encoder was trained to see before a text, by the text's part in a search. From
 * {@code config_sentence_transformers.json} of a model directory.
 */
public record Prompts(String query, String document) {

  private static final Prompts BGE =
      new Prompts("Represent this sentence for searching relevant passages: ", "");

  /** The prompts of a model; empty ones when it declares none. */
  public static Prompts of(ModelFiles files) {
    if (files.isEmbedded()) {
      return BGE;
    }
    JsonNode prompts = files.json("config_sentence_transformers.json").path("prompts");
    String document = prompts.path("document").asText(prompts.path("passage").asText(""));
    return new Prompts(prompts.path("query").asText(""), document);
  }
}
