package dev.sluice.generate.admission;

import java.util.List;

/** What stands between requests and a server in a {@link Simulation}. */
interface Door {

  /** False: refused. */
  boolean offer(Request request, long now);

  /** Requests to be sent now. */
  List<Request> start(long now);

  /** Requests given up while they waited, since last asked. */
  List<Request> expired();

  void wrote(Request request, long now);

  /** It ended: written to its end, or cut off at its deadline. */
  void ended(Request request, boolean complete, long now);
}
