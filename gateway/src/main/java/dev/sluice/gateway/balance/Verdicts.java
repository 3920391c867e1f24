package dev.sluice.gateway.balance;

/** What is told of replicas that get no calls, and get them again. */
interface Verdicts {

  /**
   * @param nanos how long it gets no calls
   */
  void ejected(Replica replica, Fault fault, long nanos);

  void readmitted(Replica replica);
}
