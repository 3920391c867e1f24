package dev.sluice.generate.admission;

import dev.sluice.generate.admission.LlmServer.Job;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Runs requests through a door and a server by a virtual clock. The same requests, door and seed
 * give the same tally. A stream is cut off at its deadline, as gRPC does.
 */
final class Simulation {

  /** Something that happens to the server at a time. */
  record Change(long at, LlmServer.Size size) {}

  private final Door door;
  private final LlmServer server;
  private final LlmServer.Size size;
  private final Tally tally;
  private final IdentityHashMap<Request, Job> jobs = new IdentityHashMap<>();
  private final PriorityQueue<Request> deadlines =
      new PriorityQueue<>(Comparator.comparingLong(Request::deadline));
  private final IdentityHashMap<Request, Boolean> waiting = new IdentityHashMap<>();
  private long now;
  private long stepEnds = Long.MAX_VALUE;

  private Simulation(Door door, LlmServer.Size size, Tally tally) {
    this.door = door;
    this.size = size;
    this.server = new LlmServer(size, 7);
    this.tally = tally;
  }

  static Tally run(
      List<Request> requests, Door door, LlmServer.Size size, List<Change> changes, Tally tally) {
    new Simulation(door, size, tally).run(requests, changes.iterator());
    return tally;
  }

  private void run(List<Request> requests, Iterator<Change> changes) {
    Change change = changes.hasNext() ? changes.next() : null;
    int next = 0;
    while (next < requests.size() || !jobs.isEmpty() || !waiting.isEmpty()) {
      long arrival = next < requests.size() ? requests.get(next).at() : Long.MAX_VALUE;
      long deadline = deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.peek().deadline();
      long changeAt = change == null ? Long.MAX_VALUE : change.at();
      long to = Math.min(Math.min(arrival, deadline), Math.min(stepEnds, changeAt));
      if (now >= tally.from && now < tally.to) {
        tally.passed(to - now, waiting.size(), server.queued(), server.running());
      }
      now = to;
      if (now == changeAt && change != null) {
        server.become(change.size());
        change = changes.hasNext() ? changes.next() : null;
      } else if (now == stepEnds) {
        endStep();
      } else if (now == deadline) {
        cutOff(deadlines.remove());
      } else {
        arrive(requests.get(next++));
      }
      startSome();
      if (stepEnds == Long.MAX_VALUE && !server.idle()) {
        stepEnds = now + server.begin();
      }
    }
  }

  private void arrive(Request request) {
    if (door.offer(request, now)) {
      waiting.put(request, true);
      deadlines.add(request);
    } else if (tally.counts(request)) {
      tally.of(request.kind()).refused++;
    }
  }

  private void startSome() {
    for (Request request : door.start(now)) {
      if (waiting.remove(request) == null) {
        throw new IllegalStateException("started what does not wait");
      }
      Job job = new Job(request);
      jobs.put(request, job);
      server.submit(job);
    }
    for (Request request : door.expired()) {
      waiting.remove(request);
      deadlines.remove(request);
      if (tally.counts(request)) {
        tally.of(request.kind()).expired++;
      }
    }
  }

  private void endStep() {
    stepEnds = Long.MAX_VALUE;
    for (Job job : server.end()) {
      door.wrote(job.request, now);
      if (job.done()) {
        jobs.remove(job.request);
        deadlines.remove(job.request);
        door.ended(job.request, true, now);
        if (tally.counts(job.request)) {
          Tally.Count count = tally.of(job.request.kind());
          count.met++;
          count.metTokens += job.request.ticket().promptTokens() + job.request.output();
          count.metWork += size.work(job.request);
        }
      }
    }
  }

  private void cutOff(Request request) {
    boolean wasWaiting = waiting.remove(request) != null;
    Job job = jobs.remove(request);
    if (job != null) {
      job.abandoned = true;
    }
    door.ended(request, false, now);
    if (tally.counts(request)) {
      Tally.Count count = tally.of(request.kind());
      if (wasWaiting) {
        count.expired++;
      } else {
        count.late++;
      }
    }
  }
}
