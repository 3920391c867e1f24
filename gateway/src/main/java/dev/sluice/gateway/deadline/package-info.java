/** How the time of one call is divided over its stages, from how long they took lately. */
@NullMarked
package dev.sluice.gateway.deadline;

import org.jspecify.annotations.NullMarked;
