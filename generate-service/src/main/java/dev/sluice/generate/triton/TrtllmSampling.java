package dev.sluice.generate.triton;

import dev.sluice.generate.v1.Sampling;
import dev.sluice.serving.inference.StreamRequest;

/** How TensorRT-LLM draws tokens; its models name the same tensors with different prefixes. */
final class TrtllmSampling {

  private TrtllmSampling() {}

  /**
   * Adds what a request says. TensorRT-LLM takes the likeliest token unless top_k or top_p say
   * otherwise, so a temperature alone draws from all tokens, and one of 0 from one.
   */
  static void add(StreamRequest request, String prefix, Sampling sampling) {
    if (sampling.hasTemperature() && sampling.getTemperature() == 0) {
      request.int32(prefix + "top_k", 1);
    } else {
      addDrawing(request, prefix, sampling);
    }
    if (sampling.hasSeed()) {
      request.uint64(prefix + "seed", sampling.getSeed());
    }
    if (sampling.hasFrequencyPenalty()) {
      request.fp32(prefix + "frequency_penalty", sampling.getFrequencyPenalty());
    }
    if (sampling.hasPresencePenalty()) {
      request.fp32(prefix + "presence_penalty", sampling.getPresencePenalty());
    }
  }

  private static void addDrawing(StreamRequest request, String prefix, Sampling sampling) {
    if (sampling.hasTemperature()) {
      request.fp32(prefix + "temperature", sampling.getTemperature());
    }
    if (sampling.hasTopK()) {
      request.int32(prefix + "top_k", sampling.getTopK());
    }
    if (sampling.hasTopP()) {
      request.fp32(prefix + "top_p", sampling.getTopP());
    } else if (sampling.hasTemperature() && !sampling.hasTopK()) {
      request.fp32(prefix + "top_p", 1);
    }
  }
}
