/** Figures as pages: tables between markers, beside the words that people wrote. */
@NullMarked
package dev.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
