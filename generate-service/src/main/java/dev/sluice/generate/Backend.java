package dev.sluice.generate;

/** What writes the text. */
enum Backend {
  /** Sentences of the documents, chosen in this process. */
  EXTRACTIVE,
  /** Model servers that speak the OpenAI chat-completions API. */
  OPENAI,
  /** Triton servers, which run vLLM or TensorRT-LLM. */
  TRITON
}
