/** How the lengths of real texts that the simulations use were counted. */
@NullMarked
package dev.sluice.serving.lengths;

import org.jspecify.annotations.NullMarked;
