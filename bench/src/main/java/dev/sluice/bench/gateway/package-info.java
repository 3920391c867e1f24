/** What the gateway costs in front of services that cost nothing, and how late it may be. */
@NullMarked
package dev.sluice.bench.gateway;

import org.jspecify.annotations.NullMarked;
