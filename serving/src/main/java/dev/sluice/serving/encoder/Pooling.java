package dev.sluice.serving.encoder;

import com.fasterxml.jackson.databind.JsonNode;

/** How the vectors of a text's tokens become the text's vector, of Euclidean length 1. */
public enum Pooling {
  /** The first token's vector. */
  CLS {
    @Override
    public float[] pool(float[] rows, int dimension) {
      return Vectors.unitRow(rows, 0, dimension);
    }
  },
  /** The mean of all tokens' vectors. */
  MEAN {
    @Override
    public float[] pool(float[] rows, int dimension) {
      return Vectors.unitMean(rows, dimension);
    }
  },
  /** The last token's vector. */
  LAST {
    @Override
    public float[] pool(float[] rows, int dimension) {
      return Vectors.unitRow(rows, rows.length / dimension - 1, dimension);
    }
  };

  /**
   * @param rows the tokens' vectors one after the other
   */
  public abstract float[] pool(float[] rows, int dimension);

  /** As the model's {@code 1_Pooling/config.json} says; the mean when it says nothing. */
  public static Pooling of(ModelFiles files) {
    if (files.isEmbedded()) {
      return CLS;
    }
    JsonNode config = files.json("1_Pooling/config.json");
    if (config.path("pooling_mode_cls_token").asBoolean()) {
      return CLS;
    }
    return config.path("pooling_mode_lasttoken").asBoolean() ? LAST : MEAN;
  }
}
