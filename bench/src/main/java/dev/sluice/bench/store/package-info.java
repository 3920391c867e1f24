/** Synthetic passages, and what a document store needs to keep and find them. */
@NullMarked
package dev.sluice.bench.store;

import org.jspecify.annotations.NullMarked;
