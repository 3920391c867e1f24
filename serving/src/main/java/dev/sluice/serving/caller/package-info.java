/** Who is calling, and how it travels between our processes. */
@NullMarked
package dev.sluice.serving.caller;

import org.jspecify.annotations.NullMarked;
