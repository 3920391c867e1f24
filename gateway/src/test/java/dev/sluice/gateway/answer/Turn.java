package dev.sluice.gateway.answer;

import io.grpc.Status.Code;

/**
 * What becomes of one call of a service.
 *
 * @param nanos that it takes
 * @param code that it ends with; OK: it does its work
 */
record Turn(long nanos, Code code) {

  static final Turn INSTANT = new Turn(0, Code.OK);

  static Turn taking(long nanos) {
    return new Turn(nanos, Code.OK);
  }

  static Turn failing(Code code) {
    return new Turn(0, code);
  }
}
