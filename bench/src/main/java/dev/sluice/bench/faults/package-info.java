/**
 * Replicas that are processes of their own, and what becomes of the load on them when one fails.
 */
@NullMarked
package dev.sluice.bench.faults;

import org.jspecify.annotations.NullMarked;
