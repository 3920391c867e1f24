/**
 * Text written by servers that speak the OpenAI chat-completions API. The path of a request: {@link
 * dev.sluice.generate.openai.OpenAiModel} puts it into JSON ({@code ChatRequest}), {@code
 * ChatServers} posts it to one of the {@code Replicas}, {@code ServerSentEvents} parts what comes
 * back into {@code ChatChunk}s, and {@code ChatAnswer} passes them on. What a server answers
 * instead is a {@code ServerError}.
 */
@NullMarked
package dev.sluice.generate.openai;

import org.jspecify.annotations.NullMarked;
