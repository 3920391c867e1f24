package dev.sluice.gateway.search;

import dev.sluice.gateway.documents.Retrieved;
import dev.sluice.serving.failure.Failure;
import dev.sluice.type.v1.Degradation.Reason;
import java.util.Optional;

/** Which failures of a stage may be masked: those that pass, and no others. */
public final class Masking {

  private Masking() {}

  /** As what the failure is reported when it is masked; empty when it must not be. */
  public static Optional<Reason> reason(Failure failure) {
    return switch (failure) {
      case Failure.DeadlineExceeded _ -> Optional.of(Reason.STAGE_TIMEOUT);
      case Failure.Unavailable gone ->
          Optional.of(
              gone.reason().equals(Retrieved.PARTIAL_SHARDS)
                  ? Reason.PARTIAL_SHARDS
                  : Reason.STAGE_UNAVAILABLE);
      case Failure.Overloaded _ -> Optional.of(Reason.STAGE_OVERLOADED);
      case Failure.Internal _ -> Optional.of(Reason.STAGE_FAILED);
      case Failure.InvalidInput _,
          Failure.NotFound _,
          Failure.AlreadyExists _,
          Failure.VersionConflict _,
          Failure.Precondition _,
          Failure.Unauthenticated _,
          Failure.PermissionDenied _,
          Failure.QuotaExceeded _,
          Failure.StorageFull _,
          Failure.Cancelled _,
          Failure.Unimplemented _ ->
          Optional.empty();
    };
  }
}
