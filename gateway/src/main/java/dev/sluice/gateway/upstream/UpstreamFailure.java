package dev.sluice.gateway.upstream;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.sluice.serving.door.Entry;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.logs.RequestText;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the status of a service behind means to our caller. Its message is logged and never passed
 * on.
 */
final class UpstreamFailure {

  private static final Logger LOG = LoggerFactory.getLogger(UpstreamFailure.class);
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(100);
  private static final String DEFAULT_REASON = "OVERLOADED";

  /** Reasons that a service refuses one caller for, and not others. */
  private static final Set<String> SHARES = Set.of("TENANT_SHARE", "CLASS_SHARE");

  private UpstreamFailure() {}

  /** Of one of our services. */
  static Failure of(String service, StatusRuntimeException thrown) {
    boolean tooLong =
        thrown.getStatus().getCode() == Code.INVALID_ARGUMENT
            && reason(thrown).equals(Failure.InvalidInput.CONTEXT_TOO_LONG);
    return tooLong
        ? Failure.InvalidInput.contextTooLong()
        : of("the " + service + "-service", thrown, reason(thrown));
  }

  /** Of a server that is not ours, whose reasons are none of our closed set. */
  static Failure ofDataSource(String name, StatusRuntimeException thrown) {
    return of("data source " + name, thrown, DEFAULT_REASON);
  }

  private static Failure of(String server, StatusRuntimeException thrown, String reason) {
    return switch (code(thrown)) {
      case UNAVAILABLE ->
          new Failure.Unavailable("UPSTREAM_UNAVAILABLE", server + " cannot be reached", thrown);
      case DEADLINE_EXCEEDED -> new Failure.DeadlineExceeded("the deadline passed in " + server);
      case RESOURCE_EXHAUSTED -> {
        noteRefusal(thrown);
        yield new Failure.Overloaded(reason, server + " is overloaded", retryAfter(thrown));
      }
      case CANCELLED ->
          Context.current().isCancelled()
              ? new Failure.Cancelled()
              : new Failure.Internal(server + " gave up the call", thrown);
      case UNIMPLEMENTED -> new Failure.Unimplemented(server + " cannot do this");
      case INTERNAL, UNKNOWN, DATA_LOSS -> {
        LOG.warn(
            "{} answered {} {}",
            server,
            thrown.getStatus().getCode(),
            RequestText.said(thrown.getStatus().getDescription()));
        yield new Failure.Internal(server + " failed", thrown);
      }
      default -> {
        LOG.error(
            "{} refuses the gateway: {} {}",
            server,
            thrown.getStatus().getCode(),
            RequestText.said(thrown.getStatus().getDescription()));
        yield new Failure.Precondition(
            "UPSTREAM_REFUSED", server + " refuses what the gateway asks");
      }
    };
  }

  /** Tells the door of the current call when a service had too much work for a part of it. */
  static void noteRefusal(StatusRuntimeException thrown) {
    if (isOverload(thrown)) {
      Entry.current().refusedBehind();
    }
  }

  /**
   * Whether a service of ours had too much work, for which it gives a reason; not when a tenant or
   * a class had its share, which says nothing about others.
   */
  static boolean isOverload(StatusRuntimeException thrown) {
    return thrown.getStatus().getCode() == Code.RESOURCE_EXHAUSTED
        && detail(thrown, ErrorInfo.class)
            .filter(info -> !SHARES.contains(info.getReason()))
            .isPresent();
  }

  /** A connection that broke may be UNKNOWN in grpc-netty. */
  private static Code code(StatusRuntimeException thrown) {
    Code code = thrown.getStatus().getCode();
    boolean lost = code == Code.UNKNOWN && thrown.getCause() instanceof IOException;
    return lost ? Code.UNAVAILABLE : code;
  }

  private static Duration retryAfter(StatusRuntimeException thrown) {
    return detail(thrown, RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .filter(delay -> Durations.isValid(delay) && !Durations.isNegative(delay))
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()))
        .orElse(DEFAULT_RETRY);
  }

  /** Why the service behind refused: one of a closed set of ours. */
  private static String reason(StatusRuntimeException thrown) {
    return detail(thrown, ErrorInfo.class).map(ErrorInfo::getReason).orElse(DEFAULT_REASON);
  }

  private static <M extends Message> Optional<M> detail(
      StatusRuntimeException thrown, Class<M> type) {
    Status status = StatusProto.fromThrowable(thrown);
    if (status == null) {
      return Optional.empty();
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(type))
        .findFirst()
        .flatMap(detail -> unpack(detail, type));
  }

  private static <M extends Message> Optional<M> unpack(Any detail, Class<M> type) {
    try {
      return Optional.of(detail.unpack(type));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
