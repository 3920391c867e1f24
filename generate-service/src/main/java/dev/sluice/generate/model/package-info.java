/** What a model of this service is, whatever engine runs it. */
@NullMarked
package dev.sluice.generate.model;

import org.jspecify.annotations.NullMarked;
