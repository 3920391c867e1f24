/** How commands talk to a gateway: connection, calls, and what their failures mean to a user. */
@NullMarked
package dev.sluice.standalone.client;

import org.jspecify.annotations.NullMarked;
