package dev.sluice.generate.triton;

/** Which backend of Triton writes the text. */
public enum DialectName {
  /** The vLLM backend. */
  VLLM(new VllmDialect()),
  /** TensorRT-LLM's ensemble, or its tensorrt_llm_bls. */
  TRTLLM(new TrtllmDialect()),
  /** TensorRT-LLM's model of the LLM API. */
  TRTLLM_LLMAPI(new LlmApiDialect());

  private final Dialect dialect;

  DialectName(Dialect dialect) {
    this.dialect = dialect;
  }

  Dialect dialect() {
    return dialect;
  }
}
