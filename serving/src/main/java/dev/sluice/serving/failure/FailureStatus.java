package dev.sluice.serving.failure;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.DeadlineExceeded;
import dev.sluice.serving.failure.Failure.Internal;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Overloaded;
import dev.sluice.serving.failure.Failure.PermissionDenied;
import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.QuotaExceeded;
import dev.sluice.serving.failure.Failure.StorageFull;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import dev.sluice.serving.failure.Failure.Unavailable;
import dev.sluice.serving.failure.Failure.Unimplemented;
import dev.sluice.serving.failure.Failure.VersionConflict;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;

/** The one place where a failure becomes a gRPC status with its {@code google.rpc} details. */
public final class FailureStatus {

  /** The domain of every {@link ErrorInfo} of ours. */
  public static final String DOMAIN = "sluice.dev";

  /** Tells a client's retry policy how long to wait (gRFC A6); in milliseconds. */
  public static final Metadata.Key<String> RETRY_PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  /**
   * What texts may cost in headers. A client takes 8 KiB of them, and ends its connection with all
   * its calls when there are more.
   */
  private static final int LONGEST_TEXT = 1200;

  private static final int LONGEST_FIELD = 300;
  private static final int MOST_VIOLATION_BYTES = 3072;

  /** Of a character that is written as the codes of its bytes. */
  private static final int ESCAPED = 9;

  private FailureStatus() {}

  /** The status to end a call with. */
  public static StatusRuntimeException exception(Failure failure) {
    Metadata trailers = new Metadata();
    switch (failure) {
      case Overloaded overloaded -> trailers.put(RETRY_PUSHBACK, millis(overloaded.retryAfter()));
      case QuotaExceeded spent -> trailers.put(RETRY_PUSHBACK, millis(spent.retryAfter()));
      default -> {}
    }
    return StatusProto.toStatusRuntimeException(of(failure), trailers);
  }

  /** Rounded up: who comes early is refused again. */
  private static String millis(java.time.Duration delay) {
    return Long.toString(delay.plusNanos(999_999).toMillis());
  }

  /** The status with its details, as it also stands in an acknowledgement of a stream. */
  public static Status of(Failure failure) {
    return switch (failure) {
      case InvalidInput input -> status(Code.INVALID_ARGUMENT, input, details(input));
      case NotFound missing -> status(Code.NOT_FOUND, missing);
      case AlreadyExists existing ->
          status(
              Code.ALREADY_EXISTS,
              existing,
              existing.version().isEmpty() ? List.of() : List.of(conflict(existing.version())));
      case VersionConflict conflict ->
          status(Code.ABORTED, conflict, List.of(conflict(conflict.version())));
      case Precondition unmet ->
          status(Code.FAILED_PRECONDITION, unmet, List.of(errorInfo(unmet.reason())));
      case Overloaded overloaded ->
          status(
              Code.RESOURCE_EXHAUSTED,
              overloaded,
              List.of(retryInfo(overloaded.retryAfter()), errorInfo(overloaded.reason())));
      case QuotaExceeded spent ->
          status(
              Code.RESOURCE_EXHAUSTED,
              spent,
              List.of(retryInfo(spent.retryAfter()), quotaFailure(spent), errorInfo("QUOTA")));
      case Unauthenticated stranger ->
          status(Code.UNAUTHENTICATED, stranger, List.of(errorInfo(stranger.reason())));
      case PermissionDenied denied ->
          status(Code.PERMISSION_DENIED, denied, List.of(errorInfo(denied.reason())));
      case StorageFull full ->
          status(Code.RESOURCE_EXHAUSTED, full, List.of(errorInfo("STORAGE_FULL")));
      case Unavailable gone -> status(Code.UNAVAILABLE, gone, List.of(errorInfo(gone.reason())));
      case DeadlineExceeded late -> status(Code.DEADLINE_EXCEEDED, late, late.stages());
      case Cancelled cancelled -> status(Code.CANCELLED, cancelled);
      case Unimplemented missing -> status(Code.UNIMPLEMENTED, missing);
      case Internal broken -> status(Code.INTERNAL, broken, List.of(errorInfo("INTERNAL")));
    };
  }

  private static Status status(Code code, Failure failure) {
    return status(code, failure, List.of());
  }

  private static Status status(Code code, Failure failure, List<? extends Message> details) {
    return Status.newBuilder()
        .setCode(code.getNumber())
        .setMessage(cut(failure.text(), LONGEST_TEXT))
        .addAllDetails(details.stream().map(Any::pack).toList())
        .build();
  }

  private static List<Message> details(InvalidInput input) {
    List<Message> details = new ArrayList<>();
    if (!input.violations().isEmpty()) {
      details.add(badRequest(input));
    }
    if (!input.reason().isEmpty()) {
      details.add(errorInfo(input.reason()));
    }
    return details;
  }

  private static BadRequest badRequest(InvalidInput input) {
    BadRequest.Builder request = BadRequest.newBuilder();
    int bytes = 0;
    for (Failure.Violation violation : input.violations()) {
      BadRequest.FieldViolation told =
          BadRequest.FieldViolation.newBuilder()
              .setField(cut(violation.field(), LONGEST_FIELD))
              .setDescription(cut(violation.description(), LONGEST_TEXT))
              .build();
      bytes += told.getSerializedSize();
      if (bytes > MOST_VIOLATION_BYTES) {
        break;
      }
      request.addFieldViolations(told);
    }
    return request.build();
  }

  /** The beginning of a text: what callers sent may stand in it, however long it is. */
  private static String cut(String text, int most) {
    int cost = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      cost += c >= ' ' && c < 0x7f && c != '%' ? 1 : ESCAPED;
      if (cost > most) {
        int end = i > 0 && Character.isHighSurrogate(text.charAt(i - 1)) ? i - 1 : i;
        return text.substring(0, end) + "...";
      }
    }
    return text;
  }

  private static ErrorInfo errorInfo(String reason) {
    return ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).build();
  }

  /** Names the version that is stored. */
  private static ErrorInfo conflict(String version) {
    return errorInfo("VERSION_CONFLICT").toBuilder()
        .putMetadata("current_version", version)
        .build();
  }

  private static QuotaFailure quotaFailure(QuotaExceeded spent) {
    return QuotaFailure.newBuilder()
        .addViolations(
            QuotaFailure.Violation.newBuilder()
                .setSubject("tenant:" + spent.tenant())
                .setQuotaMetric(spent.quota())
                .setDescription(cut(spent.text(), LONGEST_TEXT)))
        .build();
  }

  private static RetryInfo retryInfo(java.time.Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder().setSeconds(delay.getSeconds()).setNanos(delay.getNano()))
        .build();
  }
}
