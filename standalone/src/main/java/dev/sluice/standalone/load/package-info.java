/** Open-loop load on a gateway, and what became of it. */
@NullMarked
package dev.sluice.standalone.load;

import org.jspecify.annotations.NullMarked;
