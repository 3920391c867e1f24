/**
 * A model server of the Open Inference Protocol with a simulated accelerator behind it: batches
 * take the time that {@link dev.sluice.serving.batching.simulation.Accelerator} says, and burn no
 * CPU.
 */
@NullMarked
package dev.sluice.serving.inference.fake;

import org.jspecify.annotations.NullMarked;
