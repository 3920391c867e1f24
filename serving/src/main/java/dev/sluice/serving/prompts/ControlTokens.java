package dev.sluice.serving.prompts;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the chat formats in wide use write around messages, thoughts and calls of functions. Where
 * the model's own tokenizer is not known, this is all that can be told of its special tokens.
 */
public final class ControlTokens {

  private static final Pattern TOKEN =
      Pattern.compile(
          "<\\|[^|<>\\s]{1,64}\\|>" // ChatML, Llama 3, Phi, GLM, Command R, gpt-oss
              + "|<\uFF5C[^\uFF5C<>\\s]{1,64}\uFF5C>" // DeepSeek, with full-width bars
              + "|</?s>|<</?SYS>>|<(?:bos|eos|pad|unk|mask|cls|sep|sop|eop)>"
              + "|<(?:start|end)_of_(?:turn|image)>|<(?:unused|reserved_|extra_id_)\\d{1,4}>"
              + "|</?(?:think|thinking|tool_call|tool_calls|tool_response|tools|function_call)>"
              + "|\\[/?(?:INST|THINK|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS" // Mistral
              + "|TOOL_CONTENT|ARGS|CALL_ID|IMG|gMASK|MASK|CLS|SEP|PAD|UNK|BOS|EOS)]");

  private ControlTokens() {}

  /** The text with a space after the first character of each, so that it is only text. */
  public static String disarmed(String text) {
    return TOKEN.matcher(text).replaceAll(match -> Matcher.quoteReplacement(spaced(match.group())));
  }

  private static String spaced(String token) {
    return token.charAt(0) + " " + token.substring(1);
  }
}
