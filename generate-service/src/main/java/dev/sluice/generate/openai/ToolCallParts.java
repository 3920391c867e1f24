package dev.sluice.generate.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.generate.openai.ChatChunk.ToolCallPart;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.serving.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Puts the tool calls of an answer together from their pieces. A piece belongs to the call of its
 * index; one that brings a name and another id begins a new call all the same, since some servers
 * send whole calls that all have the index 0. Holds {@link #MAX_CALLS} calls of {@link
 * #MAX_CHARACTERS} at most.
 */
final class ToolCallParts {

  static final int MAX_CALLS = 128;

  /** Of a call's arguments. */
  static final int MAX_CHARACTERS = 131_072;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Call> calls = new ArrayList<>();

  /**
   * Takes the next piece.
   *
   * @throws Failure.Internal when there are too many, or too long ones
   */
  void add(ToolCallPart part) {
    Call call = callOf(part);
    if (call.name.isEmpty()) {
      call.name = part.name();
    }
    if (call.id.isEmpty()) {
      call.id = part.id();
    }
    call.arguments.append(part.arguments());
    if (call.arguments.length() > MAX_CHARACTERS) {
      throw new Failure.Internal("the model asked for a function with too long arguments");
    }
  }

  private Call callOf(ToolCallPart part) {
    for (Call call : calls.reversed()) {
      if (part.index() < 0 ? part.name().isEmpty() : call.continuesWith(part)) {
        return call;
      }
    }
    if (calls.size() == MAX_CALLS) {
      throw new Failure.Internal("the model asked for too many functions");
    }
    calls.add(new Call(part.index()));
    return calls.getLast();
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /**
   * The calls, in order.
   *
   * @param cut whether the bound of tokens ended the answer: calls that it broke are left out
   * @throws Failure.Internal when another one is broken
   */
  List<ToolCall> complete(boolean cut) {
    List<ToolCall> complete = new ArrayList<>();
    for (Call call : calls) {
      if (call.isWhole()) {
        complete.add(call.toolCall());
      } else if (!cut) {
        throw new Failure.Internal("the model asked for a function in a way that is not JSON");
      }
    }
    return complete;
  }

  private static final class Call {
    private final int index;
    private final StringBuilder arguments = new StringBuilder();
    private String id = "";
    private String name = "";

    Call(int index) {
      this.index = index;
    }

    boolean continuesWith(ToolCallPart part) {
      boolean begins = !part.name().isEmpty() && !part.id().isEmpty() && !part.id().equals(id);
      return part.index() == index && !begins;
    }

    /** Without arguments, as some servers send it, stands for no arguments. */
    private String argumentsOrNone() {
      return arguments.isEmpty() ? "{}" : arguments.toString();
    }

    boolean isWhole() {
      try {
        return !name.isEmpty() && JSON.readTree(argumentsOrNone()).isObject();
      } catch (JsonProcessingException e) {
        return false;
      }
    }

    ToolCall toolCall() {
      return ToolCall.newBuilder()
          .setId(id.isEmpty() ? "call-" + UUID.randomUUID() : id)
          .setName(name)
          .setArguments(argumentsOrNone())
          .build();
    }
  }
}
