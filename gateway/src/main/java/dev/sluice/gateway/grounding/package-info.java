/** Evidence: which words of a text stand in which documents. */
@NullMarked
package dev.sluice.gateway.grounding;

import org.jspecify.annotations.NullMarked;
