package dev.sluice.generate.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * A simulated server with continuous batching (Yu et al., Orca, OSDI 2022) as vLLM does it: in each
 * step every running stream writes one token, and prompts are read in chunks within a budget of
 * tokens; a step takes {@code c0 + c1 · writing + c2 · prompt tokens read}. What does not fit waits
 * in the server's own queue, first come first served. Unless told otherwise it cannot be dropped
 * there, as behind Triton's vLLM backend: its prompt is read before the server sees that its caller
 * has gone.
 */
final class LlmServer {

  /**
   * What it costs and holds.
   *
   * @param stepNanos c0
   * @param streamNanos c1
   * @param promptNanos c2
   * @param maxStreams the most streams at once (vLLM's max_num_seqs)
   * @param chunkTokens prompt tokens read in a step
   * @param cacheTokens tokens that the key-value cache holds; when it overflows, the stream that
   *     came last starts anew later
   * @param drops whether it drops a waiting stream whose caller has gone, as vLLM's own server does
   */
  record Size(
      double stepNanos,
      double streamNanos,
      double promptNanos,
      int maxStreams,
      int chunkTokens,
      long cacheTokens,
      boolean drops) {

    /**
     * 10 ms a step, 0.1 ms a stream, 25 prompt tokens a ms, a guess at a small model on one GPU.
     */
    static final Size GPU = new Size(10e6, 0.1e6, 40e3, 64, 2048, Long.MAX_VALUE / 2, false);

    /** Nanoseconds of the server's time that a request costs while it runs full. */
    double work(Request request) {
      double outputNanos = streamNanos + stepNanos / Math.min(maxStreams, 64);
      return promptNanos * request.ticket().promptTokens() + outputNanos * request.output();
    }

    Size withStreams(int streams) {
      return new Size(
          stepNanos, streamNanos, promptNanos, streams, chunkTokens, cacheTokens, drops);
    }

    Size withCache(long tokens) {
      return new Size(stepNanos, streamNanos, promptNanos, maxStreams, chunkTokens, tokens, drops);
    }

    Size dropping() {
      return new Size(
          stepNanos, streamNanos, promptNanos, maxStreams, chunkTokens, cacheTokens, true);
    }

    Size slowed(double factor) {
      return new Size(
          stepNanos * factor,
          streamNanos * factor,
          promptNanos * factor,
          maxStreams,
          chunkTokens,
          cacheTokens,
          drops);
    }
  }

  /** A stream in the server. */
  static final class Job {
    final Request request;
    int read;
    int toRead;
    int written;
    boolean abandoned;

    Job(Request request) {
      this.request = request;
      this.toRead = request.ticket().promptTokens();
    }

    boolean done() {
      return written == request.output();
    }

    private long cached() {
      return (long) read + written;
    }
  }

  private static final double NOISE = 0.05;

  private final Deque<Job> queue = new ArrayDeque<>();
  private final List<Job> running = new ArrayList<>();
  private final Random random;
  private Size size;

  LlmServer(Size size, long seed) {
    this.size = size;
    this.random = new Random(seed);
  }

  void become(Size other) {
    size = other;
  }

  void submit(Job job) {
    queue.add(job);
  }

  int queued() {
    return queue.size();
  }

  int running() {
    return running.size();
  }

  boolean idle() {
    return queue.isEmpty() && running.isEmpty();
  }

  /** Begins a step: nanoseconds that it takes. */
  long begin() {
    running.removeIf(job -> job.abandoned && job.read == job.toRead);
    if (size.drops()) {
      queue.removeIf(job -> job.abandoned);
    }
    evict();
    int budget = size.chunkTokens();
    int read = 0;
    int writing = 0;
    for (Job job : running) {
      int part = Math.min(job.toRead - job.read, budget - read);
      writing += job.read == job.toRead ? 1 : 0;
      job.read += part;
      read += part;
    }
    while (read < budget && !queue.isEmpty() && fits(queue.peek())) {
      Job job = queue.remove();
      running.add(job);
      int part = Math.min(job.toRead, budget - read);
      job.read = part;
      read += part;
    }
    double nanos = size.stepNanos() + size.streamNanos() * writing + size.promptNanos() * read;
    return (long) (nanos * Math.max(0.5, 1 + NOISE * random.nextGaussian()));
  }

  private boolean fits(Job job) {
    return running.size() < size.maxStreams()
        && cached() + job.toRead + running.size() <= size.cacheTokens();
  }

  private long cached() {
    return running.stream().mapToLong(Job::cached).sum();
  }

  private void evict() {
    while (running.size() > 1 && cached() + running.size() > size.cacheTokens()) {
      Job last = running.removeLast();
      last.toRead = last.request.ticket().promptTokens() + last.written;
      last.read = 0;
      queue.addFirst(last);
    }
  }

  /** Ends it: the streams that wrote a token. */
  List<Job> end() {
    List<Job> wrote = new ArrayList<>();
    for (Job job : running) {
      if (job.read == job.toRead && !job.abandoned) {
        job.written++;
        wrote.add(job);
      }
    }
    running.removeIf(job -> job.done() || (job.abandoned && job.read == job.toRead));
    return wrote;
  }
}
