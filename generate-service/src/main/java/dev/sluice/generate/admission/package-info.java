/**
 * Admission of token streams in front of a remote model server, so that streams wait here, where
 * they can be ordered, cancelled and refused. {@link dev.sluice.generate.admission.StreamGate} owns
 * lock and clock; {@link dev.sluice.generate.admission.StreamAdmission} decides, purely.
 */
@NullMarked
package dev.sluice.generate.admission;

import org.jspecify.annotations.NullMarked;
