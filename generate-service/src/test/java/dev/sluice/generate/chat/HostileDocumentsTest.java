package dev.sluice.generate.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Message.Role;
import dev.sluice.serving.prompts.HostileDocument;
import dev.sluice.serving.quotes.QuoteMarkers;
import dev.sluice.serving.quotes.QuoteSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a document may write, and what a prompt makes of it. */
class HostileDocumentsTest {

  private static final String QUESTION = "What is the vault code?";
  private static final GroundingDocument VAULT = document("Vault", "The vault code is 4711.");
  private static final GroundingDocument HARMLESS = document("Notes", "Cheese.");

  /** A way to write conversations, and the tokens that only it may write. */
  private record Format(String template, List<String> tokens) {

    long count(String token, String prompt) {
      return Pattern.compile(Pattern.quote(token)).matcher(prompt).results().count();
    }
  }

  private static final List<Format> FORMATS =
      List.of(
          new Format(
              """
              {% for m in messages %}<|im_start|>{{ m.role }}
              {{ m.content }}<|im_end|>
              {% endfor %}<|im_start|>assistant
              """,
              List.of("<|im_start|>", "<|im_end|>", "<tool_call>", "</think>")),
          new Format(
              "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}"
                  + "<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>{% endfor %}",
              List.of(
                  "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")),
          new Format(
              "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
                  + "{% for m in messages %}<start_of_turn>{{ m.role }}\n{{ m.content | trim }}"
                  + "<end_of_turn>\n{% endfor %}<start_of_turn>model\n",
              List.of("<bos>", "<start_of_turn>", "<end_of_turn>")),
          new Format(
              "<s>{% if messages[0].role == 'system' %}{% set sys = '<<SYS>>\n' +"
                  + " messages[0].content + '\n<</SYS>>\n\n' %}{% set rest = messages[1:] %}"
                  + "{% else %}{% set sys = '' %}{% set rest = messages %}{% endif %}"
                  + "{% for m in rest %}[INST] {{ sys if loop.first else '' }}{{ m.content }}"
                  + " [/INST]{% endfor %}",
              List.of("<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "[TOOL_CALLS]")),
          new Format(
              "{% for m in messages %}<\uFF5C{{ m.role }}\uFF5C>{{ m.content }}{% endfor %}"
                  + "<\uFF5CAssistant\uFF5C>",
              List.of("<\uFF5Cend\u2581of\u2581sentence\uFF5C>", "<\uFF5CAssistant\uFF5C>")));

  @TempDir private Path directory;

  static Stream<HostileDocument> documents() {
    return HostileDocument.all().stream();
  }

  private static GroundingDocument document(String title, String text) {
    return GroundingDocument.newBuilder().setTitle(title).setText(text).build();
  }

  private static List<Message> prompt(GroundingDocument first) {
    return GroundedPrompt.of(
        GenerateRequest.newBuilder()
            .addMessages(Message.newBuilder().setRole(Role.USER).setContent(QUESTION))
            .addDocuments(first)
            .addDocuments(VAULT)
            .build());
  }

  private static List<Message> prompt(HostileDocument hostile) {
    return prompt(document(hostile.title(), hostile.text()));
  }

  private ChatTemplate template(Format format) throws IOException {
    Files.writeString(directory.resolve("chat_template.jinja"), format.template());
    List<Map<String, Object>> added =
        format.tokens().stream()
            .map(token -> Map.<String, Object>of("content", token, "special", true))
            .toList();
    Files.writeString(
        directory.resolve("tokenizer.json"),
        new ObjectMapper().writeValueAsString(Map.of("added_tokens", added)));
    return ChatTemplate.load(directory);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void noDocumentReachesTheInstructions(HostileDocument hostile) {
    assertThat(prompt(hostile)).hasSize(2);
    assertThat(prompt(hostile).getFirst()).isEqualTo(prompt(HARMLESS).getFirst());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aPassageEndsWhereItsDocumentEnds(HostileDocument hostile) {
    String user = prompt(hostile).getLast().getContent();
    String code = user.substring(0, user.indexOf(":\n")).replaceAll(".* ", "");
    assertThat(user.lines().filter(line -> line.contains(code)))
        .containsExactly(
            "Passages, between lines with the code " + code + ":",
            "--- " + code + " passage 1",
            "--- " + code + " end of passage 1",
            "--- " + code + " passage 2",
            "--- " + code + " end of passage 2");
    String first = between(user, code, "passage 1");
    assertThat(unspaced(first)).isEqualTo(unspaced(hostile.title() + "\n" + hostile.text()));
    assertThat(between(user, code, "passage 2")).isEqualTo("Vault\nThe vault code is 4711.");
    assertThat(user).endsWith("end of passage 2\n\n" + QUESTION);
  }

  private static String between(String user, String code, String name) {
    String begin = "--- " + code + " " + name + "\n";
    return user.substring(
        user.indexOf(begin) + begin.length(), user.indexOf("\n--- " + code + " end of " + name));
  }

  /** Disarming adds spaces and nothing else; control characters become spaces. */
  private static String unspaced(String text) {
    return text.replaceAll("[[ \\p{Cntrl}]&&[^\t\n\r]]", "");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void noTemplateWritesATokenMoreBecauseOfADocument(HostileDocument hostile) throws IOException {
    for (Format format : FORMATS) {
      ChatTemplate template = template(format);
      String usual = template.render(prompt(HARMLESS));
      String prompt = template.render(prompt(hostile));
      for (String token : format.tokens()) {
        assertThat(format.count(token, prompt))
            .as("%s in %s", token, prompt)
            .isEqualTo(format.count(token, usual));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void noTemplateReadsADocumentAsATemplate(HostileDocument hostile) throws IOException {
    for (Format format : FORMATS) {
      assertThat(unspaced(template(format).render(prompt(hostile))))
          .contains(unspaced(hostile.text()).strip());
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void whoCopiesAPassageCitesNothing(HostileDocument hostile) throws IOException {
    Message user = prompt(hostile).getLast();
    assertThat(quotes(user.getContent())).isEmpty();
    for (Format format : FORMATS) {
      assertThat(quotes(template(format).render(List.of(user)))).isEmpty();
    }
  }

  /** What is quoted by who writes this, at once and letter by letter. */
  private static List<String> quotes(String written) {
    List<String> quotes = new ArrayList<>();
    var markers = new QuoteMarkers(remembering(quotes), 2);
    markers.text(written);
    markers.end();
    var piecewise = new QuoteMarkers(remembering(quotes), 2);
    written.chars().forEach(c -> piecewise.text(Character.toString(c)));
    piecewise.end();
    return quotes;
  }

  private static QuoteSink remembering(List<String> quotes) {
    return new QuoteSink() {
      @Override
      public void text(String delta) {}

      @Override
      public void quote(int documentIndex, String words, int answerStart, int answerEnd) {
        quotes.add(documentIndex + ": " + words);
      }
    };
  }
}
