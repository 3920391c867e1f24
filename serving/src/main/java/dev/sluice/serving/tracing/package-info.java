/** Spans by OpenTelemetry: what they are called, how they travel, where they are sent. */
@NullMarked
package dev.sluice.serving.tracing;

import org.jspecify.annotations.NullMarked;
