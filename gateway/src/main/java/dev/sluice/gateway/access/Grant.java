package dev.sluice.gateway.access;

import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.PermissionDenied;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import dev.sluice.type.v1.Permission;
import java.util.function.BooleanSupplier;

/**
 * What a call's credentials prove.
 *
 * @param holds whether they still do: a stream may outlive them
 */
record Grant(Caller caller, Permissions permissions, BooleanSupplier holds) {

  /** Everybody is one tenant and may do everything, where nobody is asked who they are. */
  static final Grant OF_EVERYBODY = new Grant(Caller.ANONYMOUS, Permissions.EVERY, () -> true);

  /** {@code PermissionDenied} where it is not among the permissions. */
  void require(Permission needed) {
    if (needed == Permission.PERMISSION_UNSPECIFIED) {
      throw new PermissionDenied("PERMISSION_UNDEFINED", "this method takes no calls here");
    }
    if (!permissions.include(needed)) {
      throw new PermissionDenied(
          "PERMISSION_MISSING",
          "this needs the permission '%s', which the caller's key or token lacks"
              .formatted(Permissions.name(needed)));
    }
  }

  /** {@code Unauthenticated} once it holds no longer. */
  void requireHolding() {
    if (!holds.getAsBoolean()) {
      throw expired();
    }
  }

  static Unauthenticated expired() {
    return new Unauthenticated(
        "CREDENTIALS_EXPIRED",
        "the key or token has expired or was changed: begin anew with another");
  }
}
