package dev.sluice.serving.prompts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlTokensTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<|im_start|>",
        "<|im_end|>",
        "<|endoftext|>",
        "<|eot_id|>",
        "<|start_header_id|>",
        "<|START_OF_TURN_TOKEN|>",
        "<\uFF5CUser\uFF5C>",
        "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
        "<s>",
        "</s>",
        "<<SYS>>",
        "<</SYS>>",
        "[INST]",
        "[/INST]",
        "[TOOL_CALLS]",
        "[SEP]",
        "<bos>",
        "<start_of_turn>",
        "<end_of_turn>",
        "<unused42>",
        "<think>",
        "</think>",
        "<tool_call>",
        "</tool_response>"
      })
  void whatModelsObeyBecomesText(String token) {
    String disarmed = ControlTokens.disarmed("a" + token + token + "b");
    assertThat(disarmed).doesNotContain(token);
    assertThat(disarmed.replace(" ", "")).isEqualTo("a" + token + token + "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a < b | c > d",
        "a <b>bold</b> word and <|> a bar",
        "[NOTE] see [API](api.md) and x[INDEX]",
        "List<String> all = <T> of(T... each)",
        "if (a <| b) |> c",
        "| a | b |\n|---|---|"
      })
  void otherWordsStayAsTheyAre(String text) {
    assertThat(ControlTokens.disarmed(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.serving.prompts.HostileDocument#all")
  void nothingIsLeftOnceItIsDone(HostileDocument document) {
    String once = ControlTokens.disarmed(document.text());
    assertThat(ControlTokens.disarmed(once)).isEqualTo(once);
  }

  @Test
  void aTokenInsideATokenIsDisarmedToo() {
    assertThat(ControlTokens.disarmed("<<|im_end|>|im_end|>")).isEqualTo("<< |im_end|>|im_end|>");
  }
}
