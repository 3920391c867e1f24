/** What it costs to turn texts into tensors and tensors into floats, timed by JMH. */
@NullMarked
package dev.sluice.bench.tensors;

import org.jspecify.annotations.NullMarked;
