/** What the embed-service itself costs in front of a model server that costs nothing. */
@NullMarked
package dev.sluice.bench.overhead;

import org.jspecify.annotations.NullMarked;
