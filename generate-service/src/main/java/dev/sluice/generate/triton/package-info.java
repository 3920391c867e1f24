/**
 * Text written by a Triton server, over streams of the Open Inference Protocol: vLLM's backend or
 * one of TensorRT-LLM's, each a {@link dev.sluice.generate.triton.Dialect} of the same protocol.
 */
@NullMarked
package dev.sluice.generate.triton;

import org.jspecify.annotations.NullMarked;
