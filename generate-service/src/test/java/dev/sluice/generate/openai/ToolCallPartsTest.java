package dev.sluice.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.generate.openai.ChatChunk.ToolCallPart;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.failure.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolCallPartsTest {

  private final ToolCallParts parts = new ToolCallParts();

  private void add(int index, String id, String name, String arguments) {
    parts.add(new ToolCallPart(index, id, name, arguments));
  }

  private static ToolCall call(String id, String name, String arguments) {
    return ToolCall.newBuilder().setId(id).setName(name).setArguments(arguments).build();
  }

  @Test
  void piecesAreJoinedByTheIndexOfTheirCall() {
    add(0, "a", "look", "");
    add(0, "", "", "{\"x\"");
    add(1, "b", "take", "{");
    add(0, "", "", ":1}");
    add(1, "", "", "}");
    assertThat(parts.complete(false))
        .containsExactly(call("a", "look", "{\"x\":1}"), call("b", "take", "{}"));
  }

  @Test
  void anIdOfItsOwnForEachPieceChangesNothing() {
    add(0, "a", "look", "{");
    add(0, "b", "", "}");
    assertThat(parts.complete(false)).containsExactly(call("a", "look", "{}"));
  }

  @Test
  void wholeCallsThatAllHaveTheIndexZeroStayApart() {
    add(0, "a", "look", "{\"x\":1}");
    add(0, "b", "look", "{\"x\":2}");
    assertThat(parts.complete(false))
        .containsExactly(call("a", "look", "{\"x\":1}"), call("b", "look", "{\"x\":2}"));
  }

  @Test
  void withoutAnIndexANameBeginsACall() {
    add(-1, "a", "look", "{");
    add(-1, "", "", "}");
    add(-1, "b", "take", "{}");
    assertThat(parts.complete(false))
        .containsExactly(call("a", "look", "{}"), call("b", "take", "{}"));
  }

  @Test
  void whatAServerLeavesOutIsFilledIn() {
    add(0, "", "look", "");
    add(1, "", "look", "");
    List<ToolCall> calls = parts.complete(false);
    assertThat(calls).extracting(ToolCall::getArguments).containsOnly("{}");
    assertThat(calls).extracting(ToolCall::getId).doesNotContain("").doesNotHaveDuplicates();
  }

  @Test
  void aCallThatTheBoundOfTokensBrokeIsLeftOut() {
    add(0, "a", "look", "{}");
    add(1, "b", "look", "{\"x\"");
    assertThat(parts.complete(true)).containsExactly(call("a", "look", "{}"));
    assertThatThrownBy(() -> parts.complete(false)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void argumentsAreAJsonObject() {
    add(0, "a", "look", "[1]");
    assertThatThrownBy(() -> parts.complete(false)).isInstanceOf(Failure.Internal.class);
  }

  @Test
  void neitherLongArgumentsNorManyCallsAreCollected() {
    String half = "x".repeat(ToolCallParts.MAX_CHARACTERS / 2 + 1);
    add(0, "a", "look", half);
    assertThatThrownBy(() -> add(0, "", "", half)).isInstanceOf(Failure.Internal.class);
    for (int i = 1; i < ToolCallParts.MAX_CALLS; i++) {
      add(i, "id-" + i, "look", "{}");
    }
    assertThatThrownBy(() -> add(ToolCallParts.MAX_CALLS, "z", "look", "{}"))
        .isInstanceOf(Failure.Internal.class);
  }
}
