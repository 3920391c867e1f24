/** The network side of gRPC: threads and memory that all servers and channels share. */
@NullMarked
package dev.sluice.serving.network;

import org.jspecify.annotations.NullMarked;
