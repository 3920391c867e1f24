/** Where commands write, and what a terminal may be shown. */
@NullMarked
package dev.sluice.standalone.console;

import org.jspecify.annotations.NullMarked;
