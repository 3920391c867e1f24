/**
 * The models of one service: several by name, one of them the default, changed while the service
 * runs.
 */
@NullMarked
package dev.sluice.serving.models;

import org.jspecify.annotations.NullMarked;
