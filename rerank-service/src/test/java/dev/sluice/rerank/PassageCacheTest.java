package dev.sluice.rerank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.rerank.PassageCache.Claim;
import dev.sluice.rerank.PassageCache.Flight;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PassageCacheTest {

  private static final PassageKey KEY = PassageKey.of("default", "a text", 512);
  private static final Deadline SOON = Deadline.after(10, TimeUnit.SECONDS);
  private static final Deadline LATE = Deadline.after(20, TimeUnit.SECONDS);

  private final Passage passage = passage(10);
  private final PassageCache cache = new PassageCache(1 << 20);

  @Test
  void whatLandedIsFound() {
    lead(KEY, SOON).land(passage);

    assertThat(cache.claim(KEY, SOON)).isEqualTo(new Claim.Found(passage));
    assertThat(cache.flights()).isZero();
  }

  @Test
  void aCallWithMoreTimeFollowsTheFlightOfAnother() {
    Flight flight = lead(KEY, SOON);

    assertThat(cache.claim(KEY, LATE)).isEqualTo(new Claim.Followed(flight));
  }

  @Test
  void aCallWithLessTimeReadsForItselfAndLeadsThoseAfterIt() {
    lead(KEY, LATE);
    Flight urgent = lead(KEY, SOON);

    assertThat(cache.claim(KEY, LATE)).isEqualTo(new Claim.Followed(urgent));
  }

  @Test
  void aCallWithHardlyLessTimeFollows() {
    Flight flight = lead(KEY, SOON.offset(90, TimeUnit.MILLISECONDS));

    assertThat(cache.claim(KEY, SOON)).isEqualTo(new Claim.Followed(flight));
  }

  @Test
  void anAbandonedFlightLeavesNothingAndTellsItsFollowers() {
    Flight flight = lead(KEY, SOON);
    flight.abandon();

    assertThat(flight.outcome()).isCompletedWithValue(null);
    assertThat(cache.entries()).isZero();
    assertThat(cache.flights()).isZero();
    assertThat(cache.claim(KEY, SOON)).isInstanceOf(Claim.Led.class);
  }

  @Test
  void abandoningALandedFlightChangesNothing() {
    Flight flight = lead(KEY, SOON);
    flight.land(passage);
    flight.abandon();

    assertThat(flight.outcome()).isCompletedWithValue(passage);
    assertThat(cache.claim(KEY, SOON)).isEqualTo(new Claim.Found(passage));
  }

  @Test
  void aPassageReadAfterItsCallerLeftStillGetsIn() {
    Flight flight = lead(KEY, SOON);
    flight.abandon();
    flight.land(passage);

    assertThat(cache.claim(KEY, SOON)).isEqualTo(new Claim.Found(passage));
  }

  @Test
  void itsBytesStayBelowTheBound() {
    long bound = 10 * passage.bytes();
    PassageCache small = new PassageCache(bound);
    for (int i = 0; i < 100; i++) {
      Claim claim = small.claim(PassageKey.of("default", "text " + i, 512), SOON);
      ((Claim.Led) claim).flight().land(passage(10));

      assertThat(small.bytes()).isLessThanOrEqualTo(bound);
    }
    assertThat(small.entries()).isBetween(5L, 10L);
  }

  @Test
  void aPassageLargerThanTheBoundIsNotKept() {
    PassageCache none = new PassageCache(0);
    Flight flight = ((Claim.Led) none.claim(KEY, SOON)).flight();
    flight.land(passage);

    assertThat(flight.outcome()).isCompletedWithValue(passage);
    assertThat(none.claim(KEY, SOON)).isInstanceOf(Claim.Led.class);
  }

  @Test
  void tenantsTextsAndLimitsDoNotShareEntries() {
    assertThat(KEY).isEqualTo(PassageKey.of("default", "a text", 512));
    assertThat(KEY)
        .isNotEqualTo(PassageKey.of("other", "a text", 512))
        .isNotEqualTo(PassageKey.of("default", "a text.", 512))
        .isNotEqualTo(PassageKey.of("default", "a text", 511))
        .isNotEqualTo(PassageKey.of("defaulta", " text", 512));
  }

  private Flight lead(PassageKey key, Deadline deadline) {
    return ((Claim.Led) cache.claim(key, deadline)).flight();
  }

  private static Passage passage(int rows) {
    return new Passage(
        TokenMatrix.of(new float[rows * 384], 384, Matrices.plain(rows)), new float[384], false);
  }
}
