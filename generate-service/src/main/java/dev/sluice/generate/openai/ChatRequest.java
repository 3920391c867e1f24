package dev.sluice.generate.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.generate.chat.GroundedPrompt;
import dev.sluice.generate.model.StructJson;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.Sampling;
import dev.sluice.generate.v1.Tool;
import dev.sluice.generate.v1.ToolCall;
import dev.sluice.generate.v1.ToolChoice;
import java.util.Locale;

/**
 * The JSON body of a chat-completions request. It has what our request sets, and nothing else, so
 * that a server meets a field that it does not know only when a caller asks for it.
 */
final class ChatRequest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ChatRequest() {}

  /** The body, as UTF-8. */
  static byte[] of(GenerateRequest request, OpenAiConfig config) {
    ObjectNode body = JSON.createObjectNode();
    body.put("model", config.model());
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    body.put(config.tokenLimit().field(), maxTokens(request, config));
    ArrayNode messages = body.putArray("messages");
    GroundedPrompt.of(request).forEach(message -> put(messages.addObject(), message));
    put(body, request.getSampling());
    if (request.getStopCount() > 0) {
      ArrayNode stop = body.putArray("stop");
      request.getStopList().forEach(stop::add);
    }
    if (request.getResponseFormat().hasJsonSchema()) {
      putSchema(body.putObject("response_format"), request);
    }
    if (request.getToolsCount() > 0) {
      putTools(body, request);
    }
    return bytes(body);
  }

  private static int maxTokens(GenerateRequest request, OpenAiConfig config) {
    return request.getMaxTokens() == 0
        ? config.limits().defaultMaxTokens()
        : request.getMaxTokens();
  }

  private static void put(ObjectNode object, Message message) {
    object.put("role", message.getRole().name().toLowerCase(Locale.ROOT));
    object.put("content", message.getContent());
    if (!message.getToolCallId().isEmpty()) {
      object.put("tool_call_id", message.getToolCallId());
    }
    if (message.getToolCallsCount() > 0) {
      ArrayNode calls = object.putArray("tool_calls");
      message.getToolCallsList().forEach(call -> put(calls.addObject(), call));
    }
  }

  private static void put(ObjectNode object, ToolCall call) {
    object.put("id", call.getId());
    object.put("type", "function");
    object.putObject("function").put("name", call.getName()).put("arguments", call.getArguments());
  }

  private static void put(ObjectNode body, Sampling sampling) {
    if (sampling.hasTemperature()) {
      body.put("temperature", sampling.getTemperature());
    }
    if (sampling.hasTopP()) {
      body.put("top_p", sampling.getTopP());
    }
    if (sampling.hasTopK()) {
      body.put("top_k", sampling.getTopK());
    }
    if (sampling.hasSeed()) {
      body.put("seed", sampling.getSeed());
    }
    if (sampling.hasFrequencyPenalty()) {
      body.put("frequency_penalty", sampling.getFrequencyPenalty());
    }
    if (sampling.hasPresencePenalty()) {
      body.put("presence_penalty", sampling.getPresencePenalty());
    }
  }

  private static void putSchema(ObjectNode format, GenerateRequest request) {
    format.put("type", "json_schema");
    format
        .putObject("json_schema")
        .put("name", "answer")
        .put("strict", true)
        .set("schema", StructJson.of(request.getResponseFormat().getJsonSchema()));
  }

  private static void putTools(ObjectNode body, GenerateRequest request) {
    ArrayNode tools = body.putArray("tools");
    request.getToolsList().forEach(tool -> put(tools.addObject(), tool));
    ToolChoice choice = request.getToolChoice();
    if (choice != ToolChoice.TOOL_CHOICE_UNSPECIFIED) {
      body.put("tool_choice", choice.name().toLowerCase(Locale.ROOT));
    }
  }

  private static void put(ObjectNode object, Tool tool) {
    object.put("type", "function");
    ObjectNode function = object.putObject("function").put("name", tool.getName());
    if (!tool.getDescription().isEmpty()) {
      function.put("description", tool.getDescription());
    }
    if (tool.hasParameters()) {
      function.set("parameters", StructJson.of(tool.getParameters()));
    }
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
