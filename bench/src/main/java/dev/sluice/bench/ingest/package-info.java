/** Storing documents and searching at the same time. */
@NullMarked
package dev.sluice.bench.ingest;

import org.jspecify.annotations.NullMarked;
