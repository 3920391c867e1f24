package dev.sluice.generate.extractive;

import dev.sluice.generate.extractive.Passage.Quotable;
import dev.sluice.serving.encoder.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A document, tokenised: one window, or several when it is too long for the model, each with the
 * title in front.
 */
record PassageInput(List<Unit> units, List<Window> windows) {

  static final PassageInput NOTHING = new PassageInput(List.of(), List.of());

  /** The share of a window that a title may take: a quarter. */
  private static final int TITLE_SHARE = 4;

  /** Tokens kept free for what a tokenizer may add where a text is cut. */
  private static final int RESERVE = 8;

  /**
   * What the model reads at once.
   *
   * @param sequence the head and a part of the text
   * @param promptLength of what stands before it for the model's sake, in UTF-16 code units
   * @param headLength of the prompt, the title and the line break after it
   * @param from where the part begins in the text
   */
  record Window(TokenSequence sequence, int promptLength, int headLength, int from) {

    private boolean inText(int token) {
      return !sequence.special()[token] && sequence.ends()[token] > headLength;
    }

    private boolean inHead(int token) {
      return !sequence.special()[token] && sequence.ends()[token] > promptLength && !inText(token);
    }

    /** Where a token of the text begins in it. */
    private int start(int token) {
      return Math.max(sequence.starts()[token] - headLength, 0) + from;
    }

    private int end(int token) {
      return sequence.ends()[token] - headLength + from;
    }

    private IntStream textTokens() {
      return IntStream.range(0, sequence.length()).filter(this::inText);
    }

    private IntStream headTokens() {
      return IntStream.range(0, sequence.length()).filter(this::inHead);
    }
  }

  static PassageInput of(String title, String text, SentenceEncoder encoder) {
    List<Unit> units = Units.of(text);
    int prompt = encoder.prompts().document().length();
    String head = encoder.prompts().document() + head(title, encoder);
    Window whole = new Window(encoder.tokenizeAll(head + text), prompt, head.length(), 0);
    if (whole.sequence().length() <= encoder.maxTokens()) {
      return new PassageInput(units, List.of(whole));
    }
    int[] starts = whole.textTokens().map(whole::start).toArray();
    int around = whole.sequence().length() - starts.length;
    int budget = Math.max(encoder.maxTokens() - around - RESERVE, 1);
    List<Window> windows =
        Windows.of(text.length(), starts, units, budget).stream()
            .map(part ->
                new Window(
                    encoder.tokenize(head + part.of(text)), prompt, head.length(), part.start()))
            .toList();
    return new PassageInput(units, windows);
  }

  /** The title as the model reads it, on a line of its own. */
  private static String head(String title, SentenceEncoder encoder) {
    String plain = title.replace('_', ' ').strip();
    if (plain.isEmpty()) {
      return "";
    }
    int most = encoder.maxTokens() / TITLE_SHARE;
    if (encoder.count(plain) > most) {
      TokenSequence tokens = encoder.tokenizeAll(plain);
      plain = plain.substring(0, tokens.ends()[most]);
    }
    return plain + "\n";
  }

  List<TokenSequence> sequences() {
    return windows.stream().map(Window::sequence).toList();
  }

  /**
   * @param outputs the model's vectors for each window
   */
  Passage passage(List<float[]> outputs, int dimension) {
    int count = windows.stream().mapToInt(window -> tokens(window)).sum();
    var rows = new TokenRows.Builder(count, dimension);
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      float[] output = outputs.get(i);
      window
          .textTokens()
          .forEach(token -> {
            rows.add(output, token);
            ends.add(window.end(token));
          });
    }
    for (int i = 0; i < windows.size(); i++) {
      float[] output = outputs.get(i);
      windows.get(i).headTokens().forEach(token -> rows.add(output, token));
    }
    int read = windows.stream().mapToInt(window -> window.sequence().length()).sum();
    return new Passage(quotables(ends), rows.build(), read);
  }

  private static int tokens(Window window) {
    return (int) (window.textTokens().count() + window.headTokens().count());
  }

  /**
   * @param ends where the text's tokens end, ascending: a token is the unit's in which it ends
   */
  private List<Quotable> quotables(List<Integer> ends) {
    List<Quotable> quotables = new ArrayList<>();
    int token = 0;
    for (Unit unit : units) {
      while (token < ends.size() && ends.get(token) <= unit.span().start()) {
        token++;
      }
      int first = token;
      while (token < ends.size() && ends.get(token) <= unit.span().end()) {
        token++;
      }
      if (unit.kind().quotable() && token > first) {
        quotables.add(new Quotable(unit, new Span(first, token)));
      }
    }
    return List.copyOf(quotables);
  }
}
