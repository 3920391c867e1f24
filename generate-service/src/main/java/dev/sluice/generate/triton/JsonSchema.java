package dev.sluice.generate.triton;

import dev.sluice.generate.model.StructJson;
import dev.sluice.generate.v1.GenerateRequest;
import java.util.Optional;

/** The JSON schema that a request wants its text to obey. */
final class JsonSchema {

  private JsonSchema() {}

  /** As JSON; empty when the request wants plain text. */
  static Optional<String> of(GenerateRequest request) {
    return request.getResponseFormat().hasJsonSchema()
        ? Optional.of(StructJson.of(request.getResponseFormat().getJsonSchema()).toString())
        : Optional.empty();
  }
}
