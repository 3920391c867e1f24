/** Filters over the metadata of documents: how they are written and what they mean. */
@NullMarked
package dev.sluice.gateway.filter;

import org.jspecify.annotations.NullMarked;
