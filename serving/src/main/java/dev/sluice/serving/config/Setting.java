package dev.sluice.serving.config;

/**
 * One key of the configuration, as {@code docs/configuration.md} lists it.
 *
 * @param key the environment variable
 * @param type what its value is, in words, with its bounds
 * @param fallback what holds when it is absent; empty for nothing
 * @param meaning one sentence for operators
 */
public record Setting(String key, String type, String fallback, String meaning) {}
