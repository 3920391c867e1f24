package dev.sluice.generate.chat;

import dev.sluice.generate.chat.TemplateFunctions.Raised;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Message.Role;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.failure.Failure;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A model's own way to write a conversation down as one text, up to where its answer begins.
 * Thread-safe.
 */
public final class ChatTemplate {

  /** Jinjava writes them as escapes, and models do not read them. */
  private static final Pattern CONTROL_CHARACTER = Pattern.compile("[\\p{Cntrl}&&[^\t\n\r]]");

  private final TemplateFiles files;
  private final SpecialTokens special;
  private final Jinja jinja;

  private ChatTemplate(TemplateFiles files, InstantSource clock) {
    this.files = files;
    this.special = new SpecialTokens(files.special());
    this.jinja = new Jinja(files.template(), clock);
  }

  /**
   * Reads the template of a directory in the layout of Hugging Face, and tries it.
   *
   * @throws ConfigurationException when there is none, or one that does not work here
   */
  public static ChatTemplate load(Path directory) {
    return load(directory, InstantSource.system());
  }

  static ChatTemplate load(Path directory, InstantSource clock) {
    TemplateFiles files = TemplateFiles.read(directory);
    Message hello = Message.newBuilder().setRole(Role.USER).setContent("Hello").build();
    try {
      var template = new ChatTemplate(files, clock);
      template.write(List.of(hello));
      return template;
    } catch (IllegalArgumentException | Raised e) {
      throw new ConfigurationException(
          List.of("the chat template in " + directory + " does not work here: " + e.getMessage()));
    }
  }

  /** The template itself. */
  public String source() {
    return files.template();
  }

  /**
   * The prompt for a conversation. Special tokens in its messages are made plain text, and control
   * characters spaces. A system message that the template does not take goes in front of the user's
   * message after it. The beginning-of-text token is left to a tokenizer that adds it by itself.
   *
   * @throws Failure.InvalidInput when the template does not take the roles in their order
   */
  public String render(List<Message> messages) {
    try {
      return renderOrMerge(messages);
    } catch (Raised e) {
      throw new Failure.InvalidInput(
          "messages", "have roles in an order that the model's chat template does not take");
    } catch (IllegalArgumentException e) {
      throw new Failure.Internal("the model's chat template broke", e);
    }
  }

  private String renderOrMerge(List<Message> messages) {
    try {
      return write(messages);
    } catch (Raised e) {
      boolean merges =
          messages.size() > 1
              && messages.get(0).getRole() == Role.SYSTEM
              && messages.get(1).getRole() == Role.USER;
      if (!merges) {
        throw e;
      }
      return write(merged(messages));
    }
  }

  private static List<Message> merged(List<Message> messages) {
    List<Message> merged = new ArrayList<>(messages);
    String system = merged.removeFirst().getContent();
    Message user = merged.removeFirst();
    merged.addFirst(user.toBuilder().setContent(system + "\n\n" + user.getContent()).build());
    return merged;
  }

  private String write(List<Message> messages) {
    Map<String, Object> values = new HashMap<>(files.tokens());
    values.put("messages", messages.stream().map(this::value).toList());
    values.put("add_generation_prompt", true);
    String prompt = jinja.render(values);
    String bos = files.tokens().getOrDefault("bos_token", "");
    return files.addsBos() && prompt.startsWith(bos) ? prompt.substring(bos.length()) : prompt;
  }

  private Map<String, Object> value(Message message) {
    return Map.of(
        "role", message.getRole().name().toLowerCase(Locale.ROOT),
        "content", special.disarm(plain(message.getContent())));
  }

  private static String plain(String text) {
    return CONTROL_CHARACTER.matcher(text).replaceAll(" ");
  }
}
