package dev.sluice.standalone.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import dev.sluice.standalone.CommandFailure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** Turns the status that a call to the gateway ended with into the one line that the user reads. */
public final class CallFailure {

  private CallFailure() {}

  /** What to tell the user; {@code address} is the gateway's. */
  public static CommandFailure of(StatusRuntimeException exception, String address) {
    com.google.rpc.Status status =
        Optional.ofNullable(StatusProto.fromThrowable(exception))
            .orElse(com.google.rpc.Status.getDefaultInstance());
    return new CommandFailure(line(exception, status, address), exception);
  }

  /** The same for one document's error, which comes without a call that failed. */
  public static String line(com.google.rpc.Status error) {
    return switch (Status.fromCodeValue(error.getCode()).getCode()) {
      case INVALID_ARGUMENT -> violations(error).orElse(error.getMessage());
      default -> error.getMessage();
    };
  }

  private static String line(
      StatusRuntimeException exception, com.google.rpc.Status status, String address) {
    Status.Code code = exception.getStatus().getCode();
    String message = said(exception);
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE ->
          "the cluster refused the request: " + violations(status).orElse(message);
      case UNAVAILABLE -> unavailable(exception, status, address, message);
      case DEADLINE_EXCEEDED ->
          "no answer before the deadline: give it longer (--deadline) or look at the cluster's"
              + " load";
      case RESOURCE_EXHAUSTED -> exhausted(status, message);
      case UNAUTHENTICATED ->
          address
              + " wants to know who is calling ("
              + message
              + "): give a valid key with --api-key-file or SLUICE_API_KEY_FILE";
      case PERMISSION_DENIED -> "the cluster does not allow this: " + message;
      case UNIMPLEMENTED ->
          detail(status, ErrorInfo.class).isPresent() || !message.contains("ethod not found")
              ? "the cluster cannot do this: " + message
              : address + " does not know this call: is it the gateway of a Sluice cluster?";
      case NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED -> message;
      case CANCELLED -> "stopped";
      case INTERNAL, UNKNOWN, DATA_LOSS, OK ->
          "the cluster failed (" + code + ": " + message + "): its log says why";
    };
  }

  private static String unavailable(
      StatusRuntimeException exception,
      com.google.rpc.Status status,
      String address,
      String message) {
    if (detail(status, ErrorInfo.class).isPresent()) {
      return "the cluster at " + address + " cannot do this now: " + message + ": try again";
    }
    for (Throwable cause = exception.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return "no encrypted connection to "
            + address
            + " ("
            + cause.getMessage()
            + "): check --tls-ca, the host name and that the server speaks TLS";
      }
    }
    return "cannot reach " + address + ": is the cluster running?";
  }

  private static String exhausted(com.google.rpc.Status status, String message) {
    if (detail(status, QuotaFailure.class).isPresent()) {
      return "a quota is used up: " + message;
    }
    return detail(status, RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(delay -> delay.getSeconds() + delay.getNanos() / 1e9)
        .map(seconds -> "the cluster is overloaded: try again in %.1f s".formatted(seconds))
        .orElse("the cluster refused the request: " + message);
  }

  private static Optional<String> violations(com.google.rpc.Status status) {
    return detail(status, BadRequest.class)
        .filter(request -> request.getFieldViolationsCount() > 0)
        .map(request ->
            request.getFieldViolationsList().stream()
                .map(violation -> violation.getField() + ": " + violation.getDescription())
                .collect(Collectors.joining("; ")));
  }

  private static String said(StatusRuntimeException exception) {
    String description = exception.getStatus().getDescription();
    return description == null ? exception.getStatus().getCode().name() : description;
  }

  private static <T extends Message> Optional<T> detail(
      com.google.rpc.Status status, Class<T> type) {
    for (Any any : status.getDetailsList()) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
