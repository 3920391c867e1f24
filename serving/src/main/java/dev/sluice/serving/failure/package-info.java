/** What can go wrong, and the gRPC status each case answers with. */
@NullMarked
package dev.sluice.serving.failure;

import org.jspecify.annotations.NullMarked;
