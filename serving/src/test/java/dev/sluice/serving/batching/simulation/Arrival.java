package dev.sluice.serving.batching.simulation;

import java.util.List;

/**
 * A request on its way to a server. All times are nanoseconds of the virtual clock, which starts at
 * 0.
 *
 * @param number counts the requests of a run from 0, in order of arrival
 * @param at when it arrives
 * @param deadline when its answer is worthless
 * @param kind the class of service that must be inside its deadline for itself, as "query"
 * @param bulk whether it is sent with bulk priority
 * @param lengths real tokens of its items; never empty
 */
public record Arrival(
    int number,
    long at,
    long deadline,
    String kind,
    String tenant,
    boolean bulk,
    List<Integer> lengths) {

  public long tokens() {
    long sum = 0;
    for (int i = 0; i < lengths.size(); i++) {
      sum += lengths.get(i);
    }
    return sum;
  }

  /** Numbers are unique in a run. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Arrival(int otherNumber, _, _, _, _, _, _) && number == otherNumber;
  }

  @Override
  public int hashCode() {
    return number;
  }
}
