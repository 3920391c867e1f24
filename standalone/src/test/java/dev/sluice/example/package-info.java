/** The example of docs/client.md, compiled and run by the tests. */
@NullMarked
package dev.sluice.example;

import org.jspecify.annotations.NullMarked;
