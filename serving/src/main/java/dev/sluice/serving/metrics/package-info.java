/** The process's meters and the page that shows them. */
@NullMarked
package dev.sluice.serving.metrics;

import org.jspecify.annotations.NullMarked;
