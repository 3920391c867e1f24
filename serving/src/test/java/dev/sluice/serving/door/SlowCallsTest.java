package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which calls lower the limit, and which do not. */
class SlowCallsTest extends WithDoor {

  @Test
  void callsThatQueueLongLowerTheLimit() {
    answered(enter(16, 1000), 600, 400);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatQueueForALittlePartOfTheirTimeDoNot() {
    answered(enter(16, 1000), 400, 300);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void callsThatQueueAreKnownToBeSlowBeforeTheyEnd() {
    List<Entry> entries = enter(16, 1000);
    entries.forEach(each -> each.queued(TimeUnit.MILLISECONDS.toNanos(200)));
    pass(501);
    entries.getFirst().left(Status.OK);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatHangAreNot() {
    List<Entry> entries = enter(16, 1000);
    pass(501);
    entries.getFirst().left(Status.OK);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void callsThatAreSlowWithoutQueueingDoNot() {
    answered(enter(16, 1000), 900, 10);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void callsWithoutADeadlineHaveAsMuchTimeAsTheirCallersArePatient() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      entries.add(door.enter(SEARCH, new Metadata(), null));
    }
    answered(entries, 600, 400);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void aDeadlineFarAwayCountsAsAMinute() {
    answered(enter(16, TimeUnit.DAYS.toMillis(1)), 31_000, 20_000);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatAServiceBehindRefusesLowerTheLimit() {
    List<Entry> entries = enter(16, 1000);
    entries.forEach(Entry::refusedBehind);
    answered(entries, 5, 0);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatAreShortenedForWantOfTimeLowerItWhereOthersWait() {
    List<Entry> entries = enter(16, 1000);
    entries.subList(0, 4).forEach(Entry::shortened);
    entries.subList(4, 8).forEach(each -> each.queued(TimeUnit.MILLISECONDS.toNanos(200)));
    answered(entries, 400, 0);
    assertThat(limit()).isLessThan(16);
  }

  @Test
  void callsThatAreShortenedDoNotLowerItWhereNobodyWaits() {
    List<Entry> entries = enter(16, 1000);
    entries.forEach(Entry::shortened);
    answered(entries, 400, 0);
    assertThat(limit()).isEqualTo(16);
  }

  @Test
  void impossibleDeadlinesDoNotLowerItForOthers() {
    List<Entry> entries = enter(16, 5);
    entries.forEach(Entry::refusedBehind);
    pass(20);
    entries.forEach(each -> each.left(Status.OK));
    assertThat(limit()).isEqualTo(16);
  }
}
