/**
 * The generate-service: a conversation and documents in, a stream of text and quotes out. A request
 * goes {@link dev.sluice.generate.GenerateEndpoint} → {@link dev.sluice.generate.GenerateModel},
 * past a {@link dev.sluice.generate.GatedModel} where the model is a remote server's. The
 * extractive model goes on: {@link dev.sluice.generate.PassageReader} → {@link
 * dev.sluice.generate.SentenceRanking} → {@link dev.sluice.generate.SentenceSelection} → {@link
 * dev.sluice.generate.Answer}.
 */
@NullMarked
package dev.sluice.generate;

import org.jspecify.annotations.NullMarked;
