/** Configuration from the environment: every key with its type, default, bounds and meaning. */
@NullMarked
package dev.sluice.serving.config;

import org.jspecify.annotations.NullMarked;
