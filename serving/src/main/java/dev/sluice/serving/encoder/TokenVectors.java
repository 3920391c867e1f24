package dev.sluice.serving.encoder;

import dev.sluice.serving.config.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The last hidden states of an encoder: one vector of {@link #dimension} floats for each token of a
 * text. Does not own the model.
 */
public final class TokenVectors {

  private static final List<String> NAMES = List.of("last_hidden_state", "token_embeddings");

  private final OnnxModel model;
  private final String output;
  private final int dimension;

  /**
   * @throws ConfigurationException when the model has no such output
   */
  public TokenVectors(OnnxModel model) {
    this.model = model;
    this.output = output(model.outputs());
    this.dimension = model.width(output);
  }

  private static String output(Set<String> outputs) {
    return NAMES.stream()
        .filter(outputs::contains)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "the model's outputs are "
                    + outputs
                    + ", but one of "
                    + NAMES
                    + " is needed: export it as a sentence encoder"));
  }

  public int dimension() {
    return dimension;
  }

  /** For each text, its tokens' vectors one after the other, as the model gives them. */
  public List<float[]> of(List<TokenSequence> batch) {
    Tensor states = model.run(batch, output);
    List<float[]> rows = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      rows.add(states.rows(i, batch.get(i).length()));
    }
    return rows;
  }
}
