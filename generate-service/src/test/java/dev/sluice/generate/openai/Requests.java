package dev.sluice.generate.openai;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.ResponseFormat;
import dev.sluice.generate.v1.Tool;
import dev.sluice.serving.config.Settings;
import java.util.Map;
import java.util.TreeMap;

/** Requests and configurations of the tests. */
final class Requests {

  static final GenerateRequest QUESTION =
      GenerateRequest.newBuilder().addMessages(message(Message.Role.USER, "Well?")).build();

  static final Struct SCHEMA =
      Struct.newBuilder()
          .putFields("type", Value.newBuilder().setStringValue("object").build())
          .putFields("maxProperties", Value.newBuilder().setNumberValue(5).build())
          .build();

  static final GenerateRequest WITH_SCHEMA =
      QUESTION.toBuilder()
          .setResponseFormat(ResponseFormat.newBuilder().setJsonSchema(SCHEMA))
          .build();

  static final GenerateRequest WITH_TOOL =
      QUESTION.toBuilder()
          .addTools(
              Tool.newBuilder()
                  .setName("look")
                  .setDescription("Looks it up.")
                  .setParameters(SCHEMA))
          .build();

  private Requests() {}

  static Message message(Message.Role role, String content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }

  /** The model {@link FakeChatServer#MODEL} on these servers, and more settings without prefix. */
  static OpenAiConfig config(String targets, String... more) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("SLUICE_T_TARGETS", targets);
    environment.put("SLUICE_T_MODEL_NAME", FakeChatServer.MODEL);
    for (int i = 0; i < more.length; i += 2) {
      environment.put("SLUICE_T_" + more[i], more[i + 1]);
    }
    Settings settings = new Settings(environment);
    OpenAiConfig config = OpenAiConfig.read(settings, "SLUICE_T_");
    settings.finish();
    return config;
  }
}
