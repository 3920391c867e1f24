package dev.sluice.generate.admission;

/** Why a stream may not wait. */
enum Refusal {
  /** It would not end inside its deadline. */
  PREDICTED_LATE("it would not finish within its deadline"),
  /** No more tokens may wait. */
  QUEUE_FULL("too much work is waiting"),
  /** Others wait, and its tenant has its share already. */
  TENANT_SHARE("the tenant has its share of the work waiting");

  private final String text;

  Refusal(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
