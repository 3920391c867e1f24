package dev.sluice.gateway.access;

import dev.sluice.serving.failure.Failure.Unauthenticated;

/** One way to prove who is calling. Safe for any number of threads. */
interface Credentials {

  /**
   * What a bearer's text proves.
   *
   * @throws Unauthenticated when it proves nothing, without a word about what is wrong with it
   * @throws dev.sluice.serving.failure.Failure.Unavailable when that cannot be found out now
   */
  Grant grant(String text);

  /** What is said of everything that proves nothing. */
  static Unauthenticated invalid() {
    return new Unauthenticated("CREDENTIALS_INVALID", "the key or token is not valid here");
  }

  /** Where nothing of the kind is configured. */
  Credentials NONE =
      text -> {
        throw invalid();
      };
}
