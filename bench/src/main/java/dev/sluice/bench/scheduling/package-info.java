/** Single steps of the batch scheduler, timed by JMH. */
@NullMarked
package dev.sluice.bench.scheduling;

import org.jspecify.annotations.NullMarked;
