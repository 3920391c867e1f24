package dev.sluice.gateway.balance;

/**
 * Calls that should take about as long: the same method, and requests of about the same size.
 *
 * @param size of the request: how many times 4 bytes must be multiplied by 4
 */
record CallKind(String method, int size) {

  static CallKind of(String method, long bytes) {
    return new CallKind(method, (Long.SIZE - Long.numberOfLeadingZeros(Math.max(bytes, 1))) / 2);
  }
}
