/** The whole cluster in one JVM, and the process that the command line runs in. */
@NullMarked
package dev.sluice.standalone;

import org.jspecify.annotations.NullMarked;
