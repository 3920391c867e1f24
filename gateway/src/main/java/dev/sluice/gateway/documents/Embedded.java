package dev.sluice.gateway.documents;

import java.util.List;

/**
 * Vectors, and which model made them.
 *
 * @param vectors of length 1, one for each text
 */
public record Embedded(String model, String fingerprint, List<float[]> vectors) {}
