package dev.sluice.generate.triton;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.Failure;
import java.util.Optional;

/** The JSON schema that a request wants its text to obey. */
final class JsonSchema {

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private JsonSchema() {}

  /** As JSON; empty when the request wants plain text. */
  static Optional<String> of(GenerateRequest request) {
    return wanted(request) ? Optional.of(print(request)) : Optional.empty();
  }

  static boolean wanted(GenerateRequest request) {
    return request.getResponseFormat().hasJsonSchema();
  }

  private static String print(GenerateRequest request) {
    try {
      return PRINTER.print(request.getResponseFormat().getJsonSchema());
    } catch (InvalidProtocolBufferException e) { // a number that is none
      throw new Failure.InvalidInput("response_format.json_schema", "must be JSON");
    }
  }
}
