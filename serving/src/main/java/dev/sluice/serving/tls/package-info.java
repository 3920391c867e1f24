/** TLS and mutual TLS on every port and channel, from files that are read anew when they change. */
@NullMarked
package dev.sluice.serving.tls;

import org.jspecify.annotations.NullMarked;
