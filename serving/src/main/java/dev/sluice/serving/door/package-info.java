/** Which calls a server takes in, decided before their messages are read. */
@NullMarked
package dev.sluice.serving.door;

import org.jspecify.annotations.NullMarked;
