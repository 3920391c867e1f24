/**
 * The model that answers with sentences of the documents. A question goes {@link
 * dev.sluice.generate.extractive.PassageReader} → {@link
 * dev.sluice.generate.extractive.SentenceRanking} → {@link
 * dev.sluice.generate.extractive.SentenceSelection} → {@link
 * dev.sluice.generate.extractive.Answer}.
 */
@NullMarked
package dev.sluice.generate.extractive;

import org.jspecify.annotations.NullMarked;
