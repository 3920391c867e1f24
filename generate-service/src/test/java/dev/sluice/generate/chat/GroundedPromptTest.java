package dev.sluice.generate.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroundedPromptTest {

  private static final Message QUESTION = message(Message.Role.USER, "Where is the bread?");
  private static final GroundingDocument KITCHEN = document("Kitchen", "The bread is in the box.");
  private static final GroundingDocument UNTITLED = document("", "The box is blue.");

  private static Message message(Message.Role role, String content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }

  private static GroundingDocument document(String title, String text) {
    return GroundingDocument.newBuilder().setTitle(title).setText(text).build();
  }

  private static GenerateRequest request(List<Message> messages, GroundingDocument... documents) {
    return GenerateRequest.newBuilder()
        .addAllMessages(messages)
        .addAllDocuments(List.of(documents))
        .build();
  }

  @Test
  void withoutDocumentsTheMessagesStayAsTheyAre() {
    List<Message> messages = List.of(message(Message.Role.SYSTEM, "Be brief."), QUESTION);
    assertThat(GroundedPrompt.of(request(messages))).isEqualTo(messages);
  }

  @Test
  void documentsAreNumberedPassagesOfASystemMessage() {
    List<Message> prompt = GroundedPrompt.of(request(List.of(QUESTION), KITCHEN, UNTITLED));
    assertThat(prompt).hasSize(2);
    assertThat(prompt.getLast()).isEqualTo(QUESTION);
    assertThat(prompt.getFirst().getRole()).isEqualTo(Message.Role.SYSTEM);
    assertThat(prompt.getFirst().getContent())
        .endsWith(
            """

            [1] Kitchen
            The bread is in the box.

            [2] The box is blue.
            """);
  }

  @Test
  void theCallersSystemMessageComesFirstInTheOnlyOne() {
    List<Message> messages = List.of(message(Message.Role.SYSTEM, "Be brief."), QUESTION);
    List<Message> prompt = GroundedPrompt.of(request(messages, KITCHEN));
    assertThat(prompt)
        .extracting(Message::getRole)
        .containsExactly(Message.Role.SYSTEM, Message.Role.USER);
    assertThat(prompt.getFirst().getContent()).startsWith("Be brief.\n\n").contains("[1] Kitchen");
  }
}
