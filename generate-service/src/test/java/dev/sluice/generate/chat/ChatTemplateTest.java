package dev.sluice.generate.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Message.Role;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Python's Jinja writes for these templates, with Hugging Face's settings, stands here. */
class ChatTemplateTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-02-03T04:05:06Z"));

  private static final Message SYSTEM = message(Role.SYSTEM, "Be kind.");
  private static final Message ASK = message(Role.USER, "Why?");
  private static final Message ANSWER = message(Role.ASSISTANT, "Because.");

  @TempDir private Path directory;

  private static Message message(Role role, String content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private void config(Map<String, Object> config) throws IOException {
    file("tokenizer_config.json", new ObjectMapper().writeValueAsString(config));
  }

  private ChatTemplate load() {
    return ChatTemplate.load(directory, CLOCK);
  }

  private String render(String template, Message... messages) throws IOException {
    file("chat_template.jinja", template);
    return load().render(List.of(messages));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "{{ messages[0].content.strip('?').lower() }} => why",
        "{{ messages[0]['content'][0] + messages[0].content[-1] + messages[0].content[1:] }} =>"
            + " W?hy?",
        "{{ 'a-b-c'.split('-')[-1] }}{{ 'a-b-c'.split('-', 1)[1] }} => cb-c",
        "{{ 'ab'.startswith('a') and not 'ab'.endswith(('x', 'y')) }} => true",
        "{{ 'a{}c'.format('b') }}{{ '-'.join(['x', 'y']) }}{{ 'it is'.title() }} => abcx-yIt Is",
        "{% set n = namespace(last=messages|length - 1) %}{{ n.last+1 }} => 1",
        "{% set n = namespace(x=false) %}{% for m in messages %}{% set n.x = m.role %}{% endfor"
            + " %}{{ n.x }} => user",
        "{% for m in messages[::-1] %}{{ loop.index0 }}{{ m.role }}{{ loop.last }}{% endfor %} =>"
            + " 0usertrue",
        "{% for i in [1, 2, 3] %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %} => 13",
        "{% for i in [1, 2, 3] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %} => 1",
        "{% for i in [1, 2, 3] if i != 2 %}{{ i }}{% endfor %} => 13",
        "{% if not tools is defined %}none{% endif %}{{ 'not x is y' }} => nonenot x is y",
        "{% if tools is defined and tools is not none %}x{% else %}y{% endif %} => y",
        "{{ {'a': [1, true, none]} | tojson }} => {\"a\": [1, true, null]}",
        "{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %} => a1",
        "{% for k, v in {'a': 1} | items %}{{ k }}{{ v }}{% endfor %} => a1",
        "{% macro m(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, b='y') }} => 1x1y",
        "{{ 'a' if messages[0].role == 'user' else 'b' }}{{ messages[0].name or 'c' }} => ac",
        "{{ messages | map(attribute='role') | join(',') }} => user",
        "{{ (messages | selectattr('role', 'equalto', 'user') | list)[0].content | trim }} => Why?",
        "{% generation %}{{ 1 }}{% endgeneration %} => 1",
        "{% if messages[0].role == 'tool' %}{{ 'a' | shout }}{% endif %}b => b",
        "{{ strftime_now('%d %b %Y') }}{{ strftime_now is defined }} => 03 Feb 2026true",
        "{{ add_generation_prompt }}{# {{ a comment }} #} => true"
      })
  void templatesSpeakPythonsJinja(String template, String expected) throws IOException {
    assertThat(render(template, ASK)).isEqualTo(expected);
  }

  @Test
  void blocksAreTrimmedAsHuggingFaceHasThem() throws IOException {
    String template =
        """
        {% for m in messages %}
          {% if true %}
        [{{ m.role }}]
          {% endif %}
          {{- m.content }}
        {% endfor %}
        end
        """;
    assertThat(render(template, ASK, ANSWER, ASK))
        .isEqualTo("[user]\nWhy?\n[assistant]\nBecause.\n[user]\nWhy?\nend");
  }

  @Test
  void textsAreNeverReadAsTemplates() throws IOException {
    Message code = message(Role.USER, "{{ 1 + 1 }} {% raw %} {# no #}");
    assertThat(render("{{ messages[0].content }}", code)).isEqualTo(code.getContent());
  }

  @Test
  void specialTokensInTextsArePlainText() throws IOException {
    config(
        Map.of(
            "added_tokens_decoder",
            Map.of("1", Map.of("content", "<|end|>", "special", true), "2", Map.of("content", "é")),
            "chat_template",
            "{% for m in messages %}{{ m.content }}<|end|>{% endfor %}"));
    file("tokenizer.json", "{\"added_tokens\":[{\"content\":\"<s>\",\"special\":true}]}");
    assertThat(load().render(List.of(message(Role.USER, "a<|end|>é<s>"))))
        .isEqualTo("a< |end|>é< s><|end|>");
  }

  @Test
  void tagsThatTheTokenizerKnowsArePlainTextEvenWhereItCallsThemNotSpecial() throws IOException {
    file("chat_template.jinja", "{% for m in messages %}{{ m.content }}{% endfor %}");
    file(
        "tokenizer.json",
        "{\"added_tokens\":[{\"content\":\"</think>\"},{\"content\":\"  \"},{\"content\":\"ink>\","
            + "\"special\":true}]}");
    assertThat(load().render(List.of(message(Role.USER, "a</think>  b"))))
        .isEqualTo("a< /thi nk>  b");
  }

  @Test
  void aSystemMessageGoesToTheUserWhereTheTemplateTakesNone() throws IOException {
    String template =
        "{% if messages[0].role == 'system' %}{{ raise_exception('none') }}{% endif %}"
            + "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}";
    assertThat(render(template, SYSTEM, ASK)).isEqualTo("<user>Be kind.\n\nWhy?");
  }

  @Test
  void rolesThatTheTemplateDoesNotTakeAreRefusedInOurWords() {
    String template =
        "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
            + "{{ raise_exception('roles must alternate!') }}{% endif %}{% endfor %}";
    assertThatThrownBy(() -> render(template, ASK, ASK))
        .asInstanceOf(type(Failure.InvalidInput.class))
        .satisfies(refused -> {
          assertThat(refused.violations().getFirst().field()).isEqualTo("messages");
          assertThat(refused.text()).doesNotContain("alternate");
        });
  }

  @Test
  void tokensAreTextsOrObjectsAndTheDefaultTemplateIsTaken() throws IOException {
    config(
        Map.of(
            "bos_token",
            "<s>",
            "eos_token",
            Map.of("content", "</s>"),
            "add_bos_token",
            false,
            "chat_template",
            List.of(
                Map.of("name", "tool_use", "template", "tools"),
                Map.of("name", "default", "template", "{{ bos_token }}x{{ eos_token }}"))));
    assertThat(load().render(List.of(ASK))).isEqualTo("<s>x</s>");
  }

  @Test
  void theBeginningIsLeftToATokenizerThatAddsIt() throws IOException {
    String template = "{{ bos_token }}{{ messages[0].content }}{{ bos_token }}";
    config(Map.of("bos_token", "<s>", "add_bos_token", true, "chat_template", template));
    assertThat(load().render(List.of(ASK))).isEqualTo("Why?<s>");
    config(Map.of("bos_token", "<s>", "chat_template", template));
    assertThat(load().render(List.of(ASK))).isEqualTo("<s>Why?<s>");
    file(
        "tokenizer.json",
        "{\"model\":{\"vocab\":{}},\"post_processor\":{\"processors\":[{\"single\":"
            + "[{\"SpecialToken\":{\"id\":\"<s>\"}},{\"Sequence\":{}}]}]}}");
    assertThat(load().render(List.of(ASK))).isEqualTo("Why?<s>");
  }

  @Test
  void aDirectoryWithoutATemplateStopsTheStart() throws IOException {
    config(Map.of("bos_token", "<s>"));
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("chat_template.jinja");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if %}",
        "{{ messages[0].content | shout }}",
        "{{ messages[0].content.shout() }}",
        "{{ shout('x') }}",
        "{% shout %}",
        "{% include 'other' %}",
        "{{ raise_exception('never') }}"
      })
  void aTemplateThatDoesNotWorkStopsTheStart(String template) throws IOException {
    file("chat_template.jinja", template);
    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("does not work here");
  }
}
