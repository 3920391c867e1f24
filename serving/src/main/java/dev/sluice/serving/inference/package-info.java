/** A client of model servers that speak the Open Inference Protocol, as Triton does. */
@NullMarked
package dev.sluice.serving.inference;

import org.jspecify.annotations.NullMarked;
