package dev.sluice.serving.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face tokenizer. Truncates on its own, so that what was left out is known. Thread-safe.
 * Characters that are no text (NUL, unpaired surrogates) are read as spaces, and so is the first
 * character of what would be a special token, so that no text can pretend to be two.
 */
public final class Tokenizer implements AutoCloseable {

  private final HuggingFaceTokenizer tokenizer;
  private final SpecialTexts special;

  /**
   * @param json the content of a {@code tokenizer.json}
   */
  public Tokenizer(byte[] json) {
    try {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json), Map.of("truncation", "false", "padding", "false"));
    } catch (IOException e) {
      throw new UncheckedIOException("unreadable tokenizer", e);
    }
    special = SpecialTexts.of(json);
  }

  /** Tokens of a text, without those that the model adds. */
  public int count(String text) {
    return tokenizer.encode(readable(text), false, false).getIds().length;
  }

  /**
   * The fewest tokens that a text can have, found out without finding them: where tokens do not
   * reach over white space, each word has one. What a tokenizer may leave out or read as something
   * else neither makes a word nor ends one.
   */
  public static int least(String text) {
    int words = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      boolean begins = !inside && Character.isLetterOrDigit(unit);
      words += begins ? 1 : 0;
      inside = begins || (inside && !isSpace(unit));
    }
    return words;
  }

  private static boolean isSpace(char unit) {
    return Character.isSpaceChar(unit) || unit == '\n' || unit == '\t' || unit == '\r';
  }

  /** A text as the model reads it, of at most {@code limit} tokens. */
  public TokenSequence encode(String text, int limit, Truncation truncation) {
    return encode("", text, limit, truncation);
  }

  /** A prompt and a text after it, of at most {@code limit} tokens, the prompt never cut. */
  public TokenSequence encode(String prompt, String text, int limit, Truncation truncation) {
    String input = prompt + readable(text);
    TokenSequence full = sequence(tokenizer.encode(input, true, false), input);
    return truncated(full, limit, truncation, prompt.length());
  }

  /**
   * Two texts as a cross-encoder reads them. The second one is cut at its end when both together
   * have more than {@code limit} tokens.
   */
  public TokenSequence encodePair(String first, String second, int limit) {
    String two = readable(second);
    TokenSequence pair = sequence(tokenizer.encode(readable(first), two, true, false), null);
    return truncated(pair, limit, Truncation.END, 0);
  }

  private static TokenSequence sequence(Encoding encoding, @Nullable String text) {
    long[] ids = encoding.getIds();
    long[] mask = encoding.getSpecialTokenMask();
    boolean[] special = new boolean[ids.length];
    for (int i = 0; i < ids.length; i++) {
      special[i] = mask[i] != 0;
    }
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    if (text != null) {
      locate(encoding.getCharTokenSpans(), new CodePoints(text), starts, ends);
    }
    return new TokenSequence(ids, encoding.getTypeIds(), special, starts, ends, false);
  }

  private static void locate(
      @Nullable CharSpan[] spans, CodePoints codePoints, int[] starts, int[] ends) {
    for (int i = 0; i < spans.length; i++) {
      CharSpan span = spans[i];
      if (span != null) {
        starts[i] = codePoints.utf16(span.getStart());
        ends[i] = codePoints.utf16(span.getEnd());
      }
    }
  }

  private static TokenSequence truncated(
      TokenSequence full, int limit, Truncation truncation, int prompt) {
    int excess = full.length() - limit;
    if (excess <= 0) {
      return full;
    }
    if (truncation == Truncation.NONE) {
      return new TokenSequence(
          full.ids(), full.types(), full.special(), full.starts(), full.ends(), true);
    }
    int cut =
        truncation == Truncation.START
            ? leading(full, prompt)
            : full.length() - trailing(full) - excess;
    int from = Math.max(cut, 0);
    int[] kept =
        IntStream.range(0, full.length()).filter(i -> i < from || i >= from + excess).toArray();
    return pick(full, kept);
  }

  /** Tokens before the text itself: the model's own and those of the prompt. */
  private static int leading(TokenSequence sequence, int prompt) {
    int count = 0;
    while (count < sequence.length()
        && (sequence.special()[count] || sequence.ends()[count] <= prompt)) {
      count++;
    }
    return count;
  }

  private static int trailing(TokenSequence sequence) {
    int count = 0;
    while (count < sequence.length() && sequence.special()[sequence.length() - 1 - count]) {
      count++;
    }
    return count;
  }

  private static TokenSequence pick(TokenSequence full, int[] kept) {
    boolean[] special = new boolean[kept.length];
    for (int i = 0; i < kept.length; i++) {
      special[i] = full.special()[kept[i]];
    }
    return new TokenSequence(
        IntStream.of(kept).mapToLong(i -> full.ids()[i]).toArray(),
        IntStream.of(kept).mapToLong(i -> full.types()[i]).toArray(),
        special,
        IntStream.of(kept).map(i -> full.starts()[i]).toArray(),
        IntStream.of(kept).map(i -> full.ends()[i]).toArray(),
        true);
  }

  /** The text with a space for every code unit that no tokenizer can read, or must not. */
  private String readable(String text) {
    char[] changed = special.blanked(text);
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (unit == 0 || Character.isSurrogate(unit)) {
        changed = changed == null ? text.toCharArray() : changed;
        changed[i] = ' ';
      }
    }
    return changed == null ? text : new String(changed);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
