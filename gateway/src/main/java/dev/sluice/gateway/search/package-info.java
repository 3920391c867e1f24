/** Search: embed → retrieve → fuse → rerank, with a report of every stage. */
@NullMarked
package dev.sluice.gateway.search;

import org.jspecify.annotations.NullMarked;
