package dev.sluice.bench.chaos;

import java.util.List;

/**
 * Says whether a fault was there. Asked while the fault lasts, and once more when all is over: some
 * of what is counted comes late. One of the two must show it.
 */
interface Evidence {

  /** What the expectation shows of the calls is all there is to see. */
  Evidence OF_CALLS = () -> "";

  /** What was not seen; empty when the fault was seen. */
  String missing() throws Exception;

  /** A number that grows with what a fault does. */
  interface Counter {
    long count() throws Exception;
  }

  /**
   * Something is counted from now on.
   *
   * @param what it is, as "bytes were delayed"
   */
  static Evidence counted(String what, Counter counter) throws Exception {
    long before = counter.count();
    return () -> counter.count() > before ? "" : "no " + what;
  }

  /** Each of them shows it. */
  static Evidence all(List<Evidence> parts) {
    return () -> {
      for (Evidence part : parts) {
        String missing = part.missing();
        if (!missing.isEmpty()) {
          return missing;
        }
      }
      return "";
    };
  }
}
