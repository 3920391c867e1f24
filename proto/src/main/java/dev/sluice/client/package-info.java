/** What callers need beside the generated stubs. */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
