/** A Triton that others wrote, to test against: see docs/real-triton.md. */
@NullMarked
package dev.sluice.serving.inference.real;

import org.jspecify.annotations.NullMarked;
