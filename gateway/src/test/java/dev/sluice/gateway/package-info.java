/** The gateway over real sockets, in front of services that do as they are told. */
@NullMarked
package dev.sluice.gateway;

import org.jspecify.annotations.NullMarked;
