/** Answers: search → generate → verify citations, streamed. */
@NullMarked
package dev.sluice.gateway.answer;

import org.jspecify.annotations.NullMarked;
