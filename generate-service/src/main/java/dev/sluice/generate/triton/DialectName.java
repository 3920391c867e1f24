package dev.sluice.generate.triton;

/** Which backend of Triton writes the text. */
public enum DialectName {
  /** The vLLM backend. */
  VLLM,
  /** TensorRT-LLM's ensemble, or its tensorrt_llm_bls. */
  TRTLLM,
  /** TensorRT-LLM's model of the LLM API. */
  TRTLLM_LLMAPI;

  Dialect dialect() {
    return switch (this) {
      case VLLM -> new VllmDialect();
      case TRTLLM -> new TrtllmDialect();
      case TRTLLM_LLMAPI -> new LlmApiDialect();
    };
  }
}
