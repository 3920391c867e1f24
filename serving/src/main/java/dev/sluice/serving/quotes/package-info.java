/** Marks of quotes in a text that a language model writes. */
@NullMarked
package dev.sluice.serving.quotes;

import org.jspecify.annotations.NullMarked;
