package dev.sluice.bench.chaos;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.sluice.type.v1.Degradation;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a call ended, as {@link Call} has it. */
record Ending(String code, Set<String> effects, String wrong) {

  static Ending ok(List<Degradation> degradations, String wrong) {
    return new Ending(Call.OK, effects(degradations), wrong);
  }

  static Ending ok(String wrong) {
    return ok(List.of(), wrong);
  }

  static Ending failed(Throwable failure) {
    return isLost(io.grpc.Status.fromThrowable(failure))
        ? new Ending(io.grpc.Status.Code.UNAVAILABLE.name(), Set.of(), "")
        : failed(StatusProto.fromThrowable(failure), failure);
  }

  /** The client's own word for a connection that breaks while a call is written into it. */
  private static boolean isLost(io.grpc.Status status) {
    return status.getCode() == io.grpc.Status.Code.UNKNOWN
        && status.getCause() instanceof IOException;
  }

  private static Ending failed(@Nullable Status status, Throwable failure) {
    return status == null
        ? new Ending(io.grpc.Status.fromThrowable(failure).getCode().name(), Set.of(), "")
        : failed(status);
  }

  static Ending failed(Status status) {
    String code = io.grpc.Status.fromCodeValue(status.getCode()).getCode().name();
    String reason = reason(status);
    boolean told = code.equals(io.grpc.Status.Code.RESOURCE_EXHAUSTED.name());
    return new Ending(told ? code + " " + reason : code, Set.of(), "");
  }

  private static String reason(Status status) {
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class).getReason();
        }
      }
      return "";
    } catch (InvalidProtocolBufferException e) {
      return "";
    }
  }

  /** What was left out; notes about an input or a quote take nothing away. */
  private static Set<String> effects(List<Degradation> degradations) {
    Set<String> effects = new HashSet<>();
    for (Degradation each : degradations) {
      if (each.getEffect() != Degradation.Effect.EFFECT_UNSPECIFIED) {
        effects.add(each.getEffect().name());
      }
    }
    return effects;
  }
}
