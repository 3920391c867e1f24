/**
 * The batcher against Triton's, both before the same simulated accelerator and over real gRPC: open
 * loop, the same seeded arrivals on both sides, latency counted from the intended send time.
 */
@NullMarked
package dev.sluice.bench.batching;

import org.jspecify.annotations.NullMarked;
