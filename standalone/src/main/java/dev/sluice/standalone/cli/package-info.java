/** The {@code sluice} command line: one class per command, and what they print. */
@NullMarked
package dev.sluice.standalone.cli;

import org.jspecify.annotations.NullMarked;
