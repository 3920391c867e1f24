package dev.sluice.generate;

/** What writes the text. */
public enum Backend {
  /** Sentences of the documents, chosen in this process. */
  EXTRACTIVE,
  /** Model servers that speak the OpenAI chat-completions API. */
  OPENAI,
  /** Triton with the backend of vLLM or TensorRT-LLM. */
  TRITON
}
