package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.VersionConflict;
import java.util.Optional;

/** What must be stored under a document's id for a write to happen. */
public sealed interface ExpectedVersion {

  /** Whatever is there, or nothing. */
  record Any() implements ExpectedVersion {}

  /** No such document. */
  record Absent() implements ExpectedVersion {}

  /** A document of just this version. */
  record Exactly(String version) implements ExpectedVersion {}

  /** The most characters of a version that a caller can expect. */
  int LONGEST = 64;

  static ExpectedVersion any() {
    return new Any();
  }

  static ExpectedVersion absent() {
    return new Absent();
  }

  static ExpectedVersion exactly(String version) {
    return new Exactly(version);
  }

  /** What a request expects. */
  static ExpectedVersion of(UpsertDocumentsRequest request) {
    return switch (request.getPreconditionCase()) {
      case IF_VERSION -> {
        String version = request.getIfVersion();
        if (version.isEmpty() || version.length() > LONGEST) {
          throw new InvalidInput("if_version", "must have 1 to " + LONGEST + " characters");
        }
        yield exactly(version);
      }
      case IF_ABSENT -> request.getIfAbsent() ? absent() : any();
      case PRECONDITION_NOT_SET -> any();
    };
  }

  /**
   * Returns when a write may happen.
   *
   * @param stored the version that is there, if there is one
   * @throws AlreadyExists naming it, where nothing was expected
   * @throws VersionConflict naming it, where another one was expected
   */
  default void check(String documentId, Optional<String> stored) {
    switch (this) {
      case Any _ -> {}
      case Absent _ ->
          stored.ifPresent(version -> {
            throw new AlreadyExists("document", documentId, version);
          });
      case Exactly(String version) -> {
        if (!stored.equals(Optional.of(version))) {
          throw new VersionConflict("document", documentId, version, stored.orElse(""));
        }
      }
    }
  }

  /**
   * Whether a version is to be written. Not when somebody expects anything and just this version is
   * there: it may be he himself who wrote it and was not told, so that trying again must succeed.
   *
   * @throws AlreadyExists as {@link #check} does
   * @throws VersionConflict as {@link #check} does
   */
  default boolean wants(String version, String documentId, Optional<String> stored) {
    if (!(this instanceof Any) && stored.equals(Optional.of(version))) {
      return false;
    }
    check(documentId, stored);
    return true;
  }
}
