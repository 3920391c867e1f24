package dev.sluice.generate.admission;

/**
 * Predicted work.
 *
 * @param prompt tokens to read
 * @param output tokens to write
 */
record Load(long prompt, long output) {

  static final Load NONE = new Load(0, 0);

  Load plus(Load other) {
    return new Load(prompt + other.prompt, output + other.output);
  }

  Load minus(Load other) {
    return new Load(prompt - other.prompt, output - other.output);
  }

  long tokens() {
    return prompt + output;
  }
}
