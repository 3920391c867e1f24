/** What a language model is told: from a request to the messages of its conversation. */
@NullMarked
package dev.sluice.generate.chat;

import org.jspecify.annotations.NullMarked;
