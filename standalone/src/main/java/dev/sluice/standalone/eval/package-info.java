/** How good a cluster's searches and answers are, measured on judged questions. */
@NullMarked
package dev.sluice.standalone.eval;

import org.jspecify.annotations.NullMarked;
