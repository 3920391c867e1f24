package dev.sluice.generate.admission;

/**
 * A request of a simulation. Times are nanoseconds of the virtual clock, which starts at 0.
 *
 * @param kind what is counted together
 * @param output tokens that the server will write for it, which nobody knows before
 */
record Request(String kind, Ticket ticket, int output, long at, long deadline) {}
