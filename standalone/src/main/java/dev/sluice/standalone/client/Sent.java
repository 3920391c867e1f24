package dev.sluice.standalone.client;

import dev.sluice.gateway.v1.Document;

/**
 * A document on its way.
 *
 * @param bytes its share of the work
 */
record Sent(Document document, long bytes) {}
