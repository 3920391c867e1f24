/** Channels to the services behind the gateway, and what their failures mean here. */
@NullMarked
package dev.sluice.gateway.upstream;

import org.jspecify.annotations.NullMarked;
