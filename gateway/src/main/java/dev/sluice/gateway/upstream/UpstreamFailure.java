package dev.sluice.gateway.upstream;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.sluice.serving.failure.Failure;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the status of a service behind means to our caller. Its message is logged and never passed
 * on.
 */
final class UpstreamFailure {

  private static final Logger LOG = LoggerFactory.getLogger(UpstreamFailure.class);
  private static final Duration DEFAULT_RETRY = Duration.ofMillis(100);

  private UpstreamFailure() {}

  static Failure of(String service, StatusRuntimeException thrown) {
    return switch (thrown.getStatus().getCode()) {
      case UNAVAILABLE ->
          new Failure.Unavailable(
              "UPSTREAM_UNAVAILABLE", "the " + service + "-service cannot be reached", thrown);
      case DEADLINE_EXCEEDED ->
          new Failure.DeadlineExceeded("the deadline passed in the " + service + "-service");
      case RESOURCE_EXHAUSTED ->
          new Failure.Overloaded("the " + service + "-service is overloaded", retryAfter(thrown));
      case CANCELLED -> new Failure.Cancelled();
      case UNIMPLEMENTED -> new Failure.Unimplemented("the " + service + "-service cannot do this");
      case INTERNAL, UNKNOWN, DATA_LOSS -> {
        LOG.warn("{}-service answered {}", service, thrown.getStatus());
        yield new Failure.Internal("the " + service + "-service failed", thrown);
      }
      default -> {
        LOG.error("{}-service refuses the gateway: {}", service, thrown.getStatus());
        yield new Failure.Precondition(
            "UPSTREAM_REFUSED", "the " + service + "-service refuses what the gateway asks");
      }
    };
  }

  private static Duration retryAfter(StatusRuntimeException thrown) {
    Status status = StatusProto.fromThrowable(thrown);
    if (status == null) {
      return DEFAULT_RETRY;
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        return duration(detail);
      }
    }
    return DEFAULT_RETRY;
  }

  private static Duration duration(Any detail) {
    try {
      var delay = detail.unpack(RetryInfo.class).getRetryDelay();
      return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
    } catch (InvalidProtocolBufferException e) {
      return DEFAULT_RETRY;
    }
  }
}
