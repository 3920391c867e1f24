package dev.sluice.bench.chaos;

import java.util.List;
import java.util.Map;

/**
 * How a process is launched.
 *
 * @param prefix of the command, as the words that put it into a namespace
 * @param environment beside the settings
 */
record Launch(List<String> prefix, Map<String, String> environment) {

  static final Launch PLAIN = new Launch(List.of(), Map.of());
}
