package dev.sluice.serving.server;

import build.buf.protovalidate.Config;
import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Message;
import dev.sluice.serving.failure.Failure;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Checks every request against the rules that stand in its proto file, before any endpoint sees it.
 */
final class RequestRules implements ServerInterceptor {

  private static final int MOST_VIOLATIONS = 10;

  private final Validator validator =
      ValidatorFactory.newBuilder()
          .withConfig(Config.newBuilder().setEnableNativeRules(true).build())
          .build();

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        check(message);
        super.onMessage(message);
      }
    };
  }

  /**
   * @throws Failure.InvalidInput naming every field that breaks a rule
   */
  void check(Object request) {
    if (request instanceof Unparseable unparseable) {
      throw unparseable.reason();
    }
    if (!(request instanceof Message message)) {
      throw Failure.InvalidInput.unparseable();
    }
    List<Failure.Violation> violations =
        validate(message).getViolations().stream()
            .limit(MOST_VIOLATIONS)
            .map(violation -> violation(violation.toProto()))
            .toList();
    if (!violations.isEmpty()) {
      throw new Failure.InvalidInput(violations);
    }
  }

  private ValidationResult validate(Message message) {
    try {
      return validator.validate(message);
    } catch (ValidationException e) {
      throw new Failure.Internal("the rules of the request cannot be checked", e);
    }
  }

  private static Failure.Violation violation(build.buf.validate.Violation violation) {
    return new Failure.Violation(path(violation.getField()), violation.getMessage());
  }

  /** As {@code documents[3].text}. */
  private static String path(FieldPath path) {
    return path.getElementsList().stream().map(RequestRules::step).collect(Collectors.joining("."));
  }

  private static String step(FieldPathElement element) {
    return element.hasIndex()
        ? element.getFieldName() + "[" + element.getIndex() + "]"
        : element.getFieldName();
  }
}
