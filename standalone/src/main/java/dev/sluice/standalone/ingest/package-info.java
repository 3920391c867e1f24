/** How files become documents, and documents reach a gateway. */
@NullMarked
package dev.sluice.standalone.ingest;

import org.jspecify.annotations.NullMarked;
