/** Transformer encoders that run in this process on ONNX Runtime. */
@NullMarked
package dev.sluice.serving.encoder;

import org.jspecify.annotations.NullMarked;
