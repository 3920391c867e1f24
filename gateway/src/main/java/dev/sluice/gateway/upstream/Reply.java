package dev.sluice.gateway.upstream;

/**
 * What a service answered.
 *
 * @param attempts calls made for it, retries and hedges included
 */
public record Reply<R>(R response, int attempts) {}
