package dev.sluice.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.door.TenantSlots.Account;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TenantSlotsTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final TenantSlots slots = new TenantSlots(0);

  private Account inside(String tenant, int calls) {
    Account account = slots.asked(tenant, 0);
    for (int i = 0; i < calls; i++) {
      slots.entered(account, 0);
    }
    return account;
  }

  @Test
  void aTenantBelowItsShareHasRoomThoughAnotherFillsTheLimit() {
    inside("flood", 10);
    Account modest = inside("modest", 4);
    assertThat(slots.hasRoom(modest, 10, 0)).isTrue();
  }

  @Test
  void aTenantWithItsShareHasNoRoom() {
    Account flood = inside("flood", 5);
    Account modest = inside("modest", 5);
    assertThat(slots.hasRoom(modest, 10, 0)).isFalse();
    assertThat(slots.hasRoom(flood, 10, 0)).isFalse();
  }

  @Test
  void aTenantThatWasLetInLessOftenThanOthersMayHaveManyCallsTogether() {
    for (int i = 0; i < 100; i++) {
      inside("flood", 1).left();
    }
    inside("flood", 10);
    Account modest = inside("modest", 9);
    assertThat(slots.hasRoom(modest, 10, 0)).isTrue();
    assertThat(slots.hasRoom(inside("modest", 1), 10, 0)).as("but not more than all").isFalse();
  }

  @Test
  void whoWasLetInLongAgoIsAsGoodAsOneWhoWasNot() {
    for (int i = 0; i < 100; i++) {
      inside("modest", 1).left();
    }
    inside("modest", 5);
    Account flood = slots.asked("flood", 10 * SECOND);
    for (int i = 0; i < 10; i++) {
      slots.entered(flood, 10 * SECOND);
    }
    assertThat(slots.hasRoom(inside("modest", 0), 10, 10 * SECOND)).isTrue();
  }

  @Test
  void aLoneTenantIsHeldByTheLimitAlone() {
    Account lone = inside("lone", 3);
    assertThat(slots.hasRoom(lone, 10, 0)).isFalse();
  }

  @Test
  void aTenantThatWasSilentForASecondIsForgotten() {
    inside("gone", 1).left();
    Account lone = slots.asked("lone", 2 * SECOND);
    assertThat(slots.hasRoom(lone, 10, 0)).isFalse();
  }

  @Test
  void tenantsWithoutNumberShareOneAccount() {
    for (int i = 0; i < 5000; i++) {
      slots.entered(slots.asked("tenant " + i, 0), 0);
    }
    assertThat(slots.asked("yet another", 0)).isSameAs(slots.asked("and another", 0));
  }

  /** {@code System.nanoTime} begins anywhere. */
  @Test
  void aClockBelowZeroIsAsGoodAsAnother() {
    long now = Long.MIN_VALUE + SECOND;
    TenantSlots early = new TenantSlots(now);
    Account flood = early.asked("flood", now);
    Account modest = early.asked("modest", now);
    for (int i = 0; i < 100; i++) {
      early.entered(flood, now);
    }
    for (int i = 0; i < 9; i++) {
      early.entered(modest, now);
    }
    assertThat(early.hasRoom(modest, 10, now)).as("it was let in seldom").isTrue();
    assertThat(early.hasRoom(flood, 10, now)).isFalse();
  }
}
