/** The gateway: one address that composes embed, retrieve, rerank and generate. */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
