/** Renders the chart with the real Helm and looks at what comes out. */
@NullMarked
package dev.sluice.helm;

import org.jspecify.annotations.NullMarked;
