/** What each tenant may spend: requests, tokens, generations at a time, stored documents. */
@NullMarked
package dev.sluice.gateway.quota;

import org.jspecify.annotations.NullMarked;
