/** A gRPC server's life: interceptors, readiness, management page, draining. */
@NullMarked
package dev.sluice.serving.server;

import org.jspecify.annotations.NullMarked;
