package dev.sluice.bench.soak;

import io.grpc.Status.Code;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of the calls of an action. Pure.
 *
 * @param endings how many ended how: a status of gRPC, or the name of what else was thrown
 */
public record Calls(Action action, Map<String, Long> endings) {

  /** How no call of the mix may end. */
  private static final Set<Code> BROKEN =
      EnumSet.of(
          Code.INTERNAL,
          Code.UNKNOWN,
          Code.DATA_LOSS,
          Code.FAILED_PRECONDITION,
          Code.INVALID_ARGUMENT);

  private static final Set<String> STATUSES = names(EnumSet.allOf(Code.class));

  private static Set<String> names(Set<Code> codes) {
    return codes.stream().map(Code::name).collect(Collectors.toUnmodifiableSet());
  }

  public long count() {
    return endings.values().stream().mapToLong(Long::longValue).sum();
  }

  private long count(Set<String> which) {
    return endings.entrySet().stream()
        .filter(each -> which.contains(each.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Those that ended in a way that none may, or threw what is no status. */
  public long broken() {
    return count() - count(STATUSES) + count(names(BROKEN));
  }

  /** Whether enough of them ended as they are meant to. */
  public boolean areServed() {
    return count() > 0 && count(names(action.meant())) >= action.least() * count();
  }

  /** How many ended how, the statuses in alphabetical order. */
  public String words() {
    return new TreeMap<>(endings)
        .entrySet().stream()
            .map(each -> each.getValue() + " " + each.getKey())
            .collect(Collectors.joining(", "));
  }
}
