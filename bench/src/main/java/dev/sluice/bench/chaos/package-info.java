/**
 * A cluster of real processes to which something bad happens while callers search, ask and store,
 * and what must hold then.
 */
@NullMarked
package dev.sluice.bench.chaos;

import org.jspecify.annotations.NullMarked;
