package dev.sluice.gateway.quota;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a tenant may spend; what is empty has no limit. */
record Limits(
    Optional<Rate> requests,
    Optional<Rate> tokens,
    OptionalInt concurrentGenerations,
    OptionalLong storedDocuments) {

  static final Limits NONE =
      new Limits(Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalLong.empty());
}
