package dev.sluice.gateway.quota;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a tenant may spend and keep; what is empty has no limit. */
record Limits(
    Optional<Rate> requests,
    Optional<Rate> tokens,
    OptionalInt concurrentGenerations,
    OptionalLong storedDocuments,
    OptionalLong storedCollections,
    OptionalLong storedSnapshots) {

  /**
   * Where nothing else is said. An open collection has a thread, and files, until it is deleted;
   * all snapshots are listed in one message.
   */
  static final Limits DEFAULT =
      new Limits(
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.of(1000),
          OptionalLong.of(100));
}
