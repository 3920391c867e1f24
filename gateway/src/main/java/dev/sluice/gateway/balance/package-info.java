/**
 * Which replica of a service gets a call, and which get none because they hang, fail or are slow.
 */
@NullMarked
package dev.sluice.gateway.balance;

import org.jspecify.annotations.NullMarked;
