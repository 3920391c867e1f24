package dev.sluice.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger ledger = new Ledger(new Random(1));

  private Sample stored() {
    Sample sample = ledger.create();
    ledger.acknowledged(sample, "v1", 10);
    return sample;
  }

  @Test
  void anAcknowledgedDocumentIsRight() {
    Sample sample = stored();
    assertThat(ledger.wrong(sample.id(), "v1", sample.text(), 20)).isEmpty();
    assertThat(ledger.possible(sample.number())).containsExactly(1);
  }

  @Test
  void anotherVersionIsWrong() {
    Sample sample = stored();
    assertThat(ledger.wrong(sample.id(), "v2", sample.text(), 20)).contains("version v2");
  }

  @Test
  void aMixedTextIsWrong() {
    Sample sample = stored();
    String mixed = sample.text().replace("repaired", "painted");
    assertThat(ledger.wrong(sample.id(), "v1", mixed, 20)).contains("mixed");
  }

  @Test
  void aTextOfAnotherDocumentIsWrong() {
    Sample sample = stored();
    assertThat(ledger.wrong("gate-77", "v1", sample.text(), 20)).contains("nobody stored");
    assertThat(ledger.wrong("gate-77", "v1", "something else", 20)).contains("nobody stored");
  }

  @Test
  void aReplacedTextIsWrongForCallsThatBeganLater() {
    Sample old = stored();
    Sample next = ledger.replace().orElseThrow();
    assertThat(next).isEqualTo(new Sample(old.number(), 2));
    assertThat(ledger.wrong(old.id(), "v1", old.text(), 20)).isEmpty();
    ledger.acknowledged(next, "v2", 30);
    assertThat(ledger.wrong(old.id(), "v1", old.text(), 20)).isEmpty();
    assertThat(ledger.wrong(old.id(), "v1", old.text(), 40)).contains("old text");
    assertThat(ledger.wrong(old.id(), "v2", next.text(), 40)).isEmpty();
  }

  @Test
  void aDeletedTextIsWrongForCallsThatBeganLater() {
    Sample sample = stored();
    ledger.deleted(ledger.delete().orElseThrow(), 30);
    assertThat(ledger.wrong(sample.id(), "v1", sample.text(), 40)).contains("old text");
    assertThat(ledger.possible(sample.number())).containsExactly(Ledger.ABSENT);
  }

  @Test
  void aWriteInDoubtMayHaveBeenDoneOrNotAndNoOtherFollowsIt() {
    Sample old = stored();
    ledger.doubted(ledger.replace().orElseThrow());
    assertThat(ledger.possible(old.number())).containsExactlyInAnyOrder(1, 2);
    assertThat(ledger.replace()).isEmpty();
    assertThat(ledger.pick()).isEmpty();
  }

  @Test
  void whatIsBeingWrittenIsNotPicked() {
    stored();
    assertThat(ledger.pick()).isPresent();
    var _ = ledger.replace().orElseThrow();
    assertThat(ledger.pick()).isEmpty();
  }

  @Test
  void aPickedDocumentThatSomebodyWritesIsNotUnchanged() {
    stored();
    Ledger.Picked picked = ledger.pick().orElseThrow();
    assertThat(ledger.unchanged(picked)).isTrue();
    var _ = ledger.replace().orElseThrow();
    assertThat(ledger.unchanged(picked)).isFalse();
  }
}
