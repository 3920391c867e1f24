/**
 * A deterministic simulation of batching under a virtual clock: workloads, an accelerator, the
 * policies of other servers, and what came of it.
 */
@NullMarked
package dev.sluice.serving.batching.simulation;

import org.jspecify.annotations.NullMarked;
