/** Random inputs, and what runs properties over many of them: docs/fuzzing.md. */
@NullMarked
package dev.sluice.serving.fuzz;

import org.jspecify.annotations.NullMarked;
