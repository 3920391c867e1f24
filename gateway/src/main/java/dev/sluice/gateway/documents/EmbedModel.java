package dev.sluice.gateway.documents;

/**
 * The embedding model in use. Vectors of different fingerprints must never be compared.
 *
 * @param dimension numbers in a vector
 * @param maxTokens the most tokens that the model reads of one text, its own special ones included
 */
public record EmbedModel(String model, String fingerprint, int dimension, int maxTokens) {}
