package dev.sluice.embed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Vectors;

/** How the vectors of a text's tokens become the text's vector, of Euclidean length 1. */
enum Pooling {
  /** The first token's vector. */
  CLS {
    @Override
    float[] pool(float[] rows, int dimension) {
      return Vectors.unitRow(rows, 0, dimension);
    }
  },
  /** The mean of all tokens' vectors. */
  MEAN {
    @Override
    float[] pool(float[] rows, int dimension) {
      return Vectors.unitMean(rows, dimension);
    }
  },
  /** The last token's vector. */
  LAST {
    @Override
    float[] pool(float[] rows, int dimension) {
      return Vectors.unitRow(rows, rows.length / dimension - 1, dimension);
    }
  };

  /**
   * @param rows the tokens' vectors one after the other
   */
  abstract float[] pool(float[] rows, int dimension);

  /** As the model's {@code 1_Pooling/config.json} says; the mean when it says nothing. */
  static Pooling of(ModelFiles files) {
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
