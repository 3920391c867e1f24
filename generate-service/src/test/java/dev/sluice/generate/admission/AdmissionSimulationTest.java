package dev.sluice.generate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.FormatMethod;
import dev.sluice.generate.admission.LlmServer.Size;
import dev.sluice.generate.admission.Simulation.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the admission is worth, in a simulation by a virtual clock. The constants of the policy were
 * chosen on conv-a and code-a, the earlier halves of the traces; what is asserted here is measured
 * on conv-b and code-b, the later halves, whose lengths differ (149 tokens out in the mean, not
 * 254). Figures go to standard output.
 */
class AdmissionSimulationTest {

  private static final Trace CONVERSATIONS = Trace.part("conv-b");
  private static final Trace CODE = Trace.part("code-b");
  private static final double WARM = 60;
  private static final double END = 260;
  private static final int[] GRID = {4, 6, 8, 12, 16, 24, 32, 48, 64, 80, 96, 128, 160};

  private static AdmissionDoor ours() {
    return ours(new AdaptiveLimit(512));
  }

  private static AdmissionDoor ours(StreamLimit limit) {
    return new AdmissionDoor(limit);
  }

  private static Tally run(List<Request> requests, Door door, Size size) {
    return run(requests, door, size, List.of(), WARM, END);
  }

  private static Tally run(
      List<Request> requests, Door door, Size size, List<Change> changes, double from, double to) {
    var tally = new Tally((long) (from * 1e9), (long) (to * 1e9));
    return Simulation.run(requests, door, size, changes, tally);
  }

  /** Requests a second that a server ends which is given everything at once. */
  private static double capacity(Trace trace, Size size) {
    List<Request> all = Workload.bulk(trace, 1000, 1e6).arrivals(1);
    Tally tally = run(all, new FifoDoor(FifoDoor.UNLIMITED), size, List.of(), 0, 1e6);
    return all.size() / tally.busySeconds();
  }

  private static double bestFifo(List<Request> requests, Size size) {
    return IntStream.of(GRID)
        .mapToDouble(streams -> run(requests, new FifoDoor(streams), size).useful())
        .max()
        .orElseThrow();
  }

  private static double best(List<Request> requests, Size size) {
    return IntStream.of(GRID)
        .mapToDouble(streams -> run(requests, ours(new FixedLimit(streams)), size).useful())
        .max()
        .orElseThrow();
  }

  @FormatMethod
  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  static Stream<Arguments> servers() {
    return Stream.of(
        Arguments.of("16 streams", CONVERSATIONS, Size.GPU.withStreams(16), 20, 0.9),
        Arguments.of("64 streams", CONVERSATIONS, Size.GPU, 20, 0.9),
        Arguments.of("256 streams", CONVERSATIONS, Size.GPU.withStreams(256), 20, 0.9),
        Arguments.of(
            "256 streams, cache for 60000 tokens",
            CONVERSATIONS,
            Size.GPU.withStreams(256).withCache(60_000),
            20,
            0.9),
        Arguments.of("64 streams, code", CODE, Size.GPU, 10, 0.8));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void theLimitFindsWhatTheServerCanDo(
      String name, Trace trace, Size size, double slack, double floor) {
    double capacity = capacity(trace, size);
    for (double load : new double[] {0.9, 1.3, 3}) {
      List<Request> requests = Workload.interactive(trace, load * capacity, slack).arrivals(END);
      double best = best(requests, size);
      Tally tally = run(requests, ours(), size);
      say(
          "%s, load %.1f: %.3f of the best fixed limit; %s",
          name, load, tally.useful() / best, tally);
      assertThat(tally.useful()).isGreaterThan(floor * best);
    }
  }

  @Test
  void overloadCostsNothing() {
    double capacity = capacity(CONVERSATIONS, Size.GPU);
    List<Double> shares = new ArrayList<>();
    for (double load : new double[] {0.5, 0.8, 1, 1.3, 2, 3}) {
      List<Request> requests =
          Workload.interactive(CONVERSATIONS, load * capacity, 20).arrivals(END);
      Tally tally = run(requests, ours(), Size.GPU);
      Tally alone = run(requests, new FifoDoor(FifoDoor.UNLIMITED), Size.GPU);
      Tally dropping = run(requests, new FifoDoor(FifoDoor.UNLIMITED), Size.GPU.dropping());
      double fifo = bestFifo(requests, Size.GPU.dropping());
      say(
          "load %.1f: ours %.3f, server's queue %.3f, where it drops %.3f, best fixed FIFO %.3f",
          load, tally.useful(), alone.useful(), dropping.useful(), fifo);
      shares.add(tally.useful());
    }
    double peak = shares.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    assertThat(shares.getLast()).isGreaterThan(0.95 * peak);
  }

  @Test
  void streamsWaitHereAndNotInTheServer() {
    double capacity = capacity(CONVERSATIONS, Size.GPU);
    List<Request> requests = Workload.interactive(CONVERSATIONS, 3 * capacity, 20).arrivals(END);
    Tally tally = run(requests, ours(), Size.GPU);
    say("3x, %s", tally);
    assertThat(tally.longestServerQueue).isLessThanOrEqualTo(9);
    assertThat(tally.meanDoorQueue()).isGreaterThan(2 * tally.meanServerQueue());
  }

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of("half of its streams", Size.GPU.withStreams(32), 0.95),
        Arguments.of("half of its speed", Size.GPU.slowed(2), 0.65));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void itFollowsAServerThatLosesHalfAndRecovers(String name, Size half, double floor) {
    double capacity = capacity(CONVERSATIONS, Size.GPU);
    List<Request> requests = Workload.interactive(CONVERSATIONS, 1.3 * capacity, 20).arrivals(600);
    List<Change> changes =
        List.of(new Change(200_000_000_000L, half), new Change(400_000_000_000L, Size.GPU));
    double after =
        met(requests, Size.GPU, changes, 230, 390) / met(requests, half, List.of(), 230, 390);
    double recovered =
        met(requests, Size.GPU, changes, 430, 590) / met(requests, Size.GPU, List.of(), 430, 590);
    say("%s lost: %.3f of what is met where it is always so; back: %.3f", name, after, recovered);
    assertThat(after).isGreaterThan(floor);
    assertThat(recovered).isGreaterThan(0.95);
  }

  private static double met(
      List<Request> requests, Size size, List<Change> changes, double from, double to) {
    return run(requests, ours(), size, changes, from, to).of("interactive").attainment();
  }

  @Test
  void aFlooderDoesNotHarmItsNeighbours() {
    double load = 1.3 * capacity(CONVERSATIONS, Size.GPU);
    Workload flood =
        Workload.interactive(CONVERSATIONS, 0.8 * load, 40).of("flooder", "flooder", 0);
    Workload one = Workload.interactive(CONVERSATIONS, 0.2 * load, 40).of("victim", "victim", 700);
    List<Workload> five = new ArrayList<>(List.of(flood));
    for (int i = 0; i < 4; i++) {
      five.add(
          Workload.interactive(CONVERSATIONS, 0.05 * load, 40)
              .of("victim " + i, "victim", 300 * (i + 1)));
    }
    Tally four = run(Workload.together(END, five.toArray(Workload[]::new)), ours(), Size.GPU);
    say("four victims: %s", four);
    Tally single = run(Workload.together(END, flood, one), ours(), Size.GPU);
    say("one victim: %s", single);
    assertThat(four.of("victim").attainment()).isGreaterThanOrEqualTo(0.99);
    assertThat(single.of("victim").attainment()).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void interactiveStreamsAreNotStuckBehindBulk() {
    double capacity = capacity(CONVERSATIONS, Size.GPU);
    Workload interactive = Workload.interactive(CONVERSATIONS, 0.5 * capacity, 30);
    Workload bulk = Workload.bulk(CONVERSATIONS, 2 * capacity, 600);
    Tally mixed = run(Workload.together(END, interactive, bulk), ours(), Size.GPU);
    say("interactive 0.5 beside bulk 2.0: %s", mixed);
    Tally fifo =
        run(
            Workload.together(END, interactive, bulk),
            new FifoDoor(Size.GPU.maxStreams()),
            Size.GPU.dropping());
    say("the same, fixed 64 FIFO: %s", fifo);
    assertThat(mixed.of("interactive").attainment()).isGreaterThan(0.97);
  }

  @Test
  void bulkIsNotStarvedByInteractiveOverload() {
    double capacity = capacity(CONVERSATIONS, Size.GPU);
    Workload interactive = Workload.interactive(CONVERSATIONS, 1.3 * capacity, 20);
    Workload bulk = Workload.bulk(CONVERSATIONS, 0.2 * capacity, 60);
    Tally mixed = run(Workload.together(END, interactive, bulk), ours(), Size.GPU);
    say("interactive 1.3 beside bulk 0.2: %s", mixed);
    assertThat(mixed.of("bulk").attainment()).isGreaterThan(0.5);
    assertThat(mixed.of("interactive").attainment()).isGreaterThan(0.4);
  }
}
