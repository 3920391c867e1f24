/** What keeps other people's words in their place inside a prompt. */
@NullMarked
package dev.sluice.serving.prompts;

import org.jspecify.annotations.NullMarked;
