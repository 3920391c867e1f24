/** A cluster under more load than it can bear, and the process that puts it on. */
@NullMarked
package dev.sluice.bench.overload;

import org.jspecify.annotations.NullMarked;
