package dev.sluice.rerank;

import java.util.List;

/** Texts whose order for a question nobody would dispute. */
final class SampleTexts {

  static final String QUESTION = "How do plants turn sunlight into energy?";

  static final String ANSWER =
      "In photosynthesis, green plants absorb light with chlorophyll and use it to make sugar from"
          + " water and carbon dioxide, storing the sun's energy in chemical bonds.";

  static final String RELATED =
      "Solar panels convert sunlight into electricity; a roof of them can power a small house.";

  static final String GARDEN = "Water the tomatoes in the morning, before the day becomes hot.";

  static final String UNRELATED =
      "The central bank raised its interest rate by a quarter of a percentage point on Thursday.";

  static final String OTHER =
      "The goalkeeper saved two penalties, and the visitors won the cup after extra time.";

  /** The answer is not the first. */
  static final List<String> ALL = List.of(UNRELATED, GARDEN, ANSWER, OTHER, RELATED);

  private SampleTexts() {}
}
