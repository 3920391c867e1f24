package dev.sluice.gateway.balance;

/** Why a replica gets no calls. */
enum Fault {
  /** Nothing is heard of it while it owes answers. */
  HANGING,
  /** It answers with errors. */
  FAILING,
  /** It takes several times as long as the others. */
  SLOW
}
