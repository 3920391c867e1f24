/** The form of log lines, and what must not stand in them. */
@NullMarked
package dev.sluice.serving.logs;

import org.jspecify.annotations.NullMarked;
