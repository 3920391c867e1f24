/** Who did what to which collection and document, without a word of their texts. */
@NullMarked
package dev.sluice.gateway.audit;

import org.jspecify.annotations.NullMarked;
