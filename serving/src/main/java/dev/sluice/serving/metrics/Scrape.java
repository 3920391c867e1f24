package dev.sluice.serving.metrics;

import com.google.protobuf.ByteString;

/**
 * All meters at one time.
 *
 * @param contentType the format, as HTTP names it
 */
public record Scrape(String contentType, ByteString body) {}
