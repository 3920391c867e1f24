/**
 * The generate-service: a conversation and documents in, a stream of text and quotes out. A request
 * goes {@link dev.sluice.generate.GenerateEndpoint} → {@link
 * dev.sluice.generate.model.GenerateModel}, past a {@link dev.sluice.generate.GatedModel} where the
 * model is a remote server's.
 */
@NullMarked
package dev.sluice.generate;

import org.jspecify.annotations.NullMarked;
