/** How many calls the gateway has in work at once, and whose. */
@NullMarked
package dev.sluice.gateway.door;

import org.jspecify.annotations.NullMarked;
