package dev.sluice.serving.batching.simulation;

/**
 * A line of a {@link Report}.
 *
 * @param figure what was measured, as "capacity"
 * @param knobs the best setting of the server
 * @param ours our median as a multiple of this one
 */
public record Finding(
    String workload, String figure, String server, String knobs, Spread spread, double ours) {}
