/** Dynamic batching: a pure queue that forms batches, and the threads that run them. */
@NullMarked
package dev.sluice.serving.batching;

import org.jspecify.annotations.NullMarked;
