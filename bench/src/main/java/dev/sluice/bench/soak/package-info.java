/**
 * A cluster of real processes under mixed load for a long time, and whether anything of it grows.
 */
@NullMarked
package dev.sluice.bench.soak;

import org.jspecify.annotations.NullMarked;
